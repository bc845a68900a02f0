using System.Buffers.Binary;
using System.Numerics;

namespace LBTool.Core.Measurements;

/// <summary>
/// Records in as few bytes as their numbers need among each other: each number is kept as what it is above the least of its
/// column, in as many bytes as the largest of these takes. A column in which all are alike takes none. Any record can
/// be read by itself.
/// <code>
///   column        number − place    intended        sent − intended    …      backend
///   kept once     1                 50_000_000      0                         0
///   a record      –                 4 bytes         –                         1 byte
/// </code>
/// </summary>
/// <typeparam name="T">The record.</typeparam>
internal sealed class PackedRecords<T>
    where T : struct, IRecord<T>
{
    private const int MostNumbers = 8;

    // Reads and writes are of eight bytes at once, wherever a number begins.
    private const int Margin = sizeof(ulong);

    private readonly Column[] _columns;
    private readonly int _stride;
    private readonly byte[] _bytes;

    /// <summary>Packs records.</summary>
    public PackedRecords(ReadOnlySpan<T> records)
    {
        (_columns, _stride) = ColumnsOf(records);
        _bytes = new byte[(records.Length * _stride) + Margin];
        Span<long> numbers = stackalloc long[MostNumbers];
        for (var place = 0; place < records.Length; place++)
        {
            TakeApart(records, place, numbers);

            // From the first column to the last: each write also clears what comes after it.
            for (var number = 0; number < _columns.Length; number++)
            {
                BinaryPrimitives.WriteUInt64LittleEndian(
                    _bytes.AsSpan((place * _stride) + _columns[number].Offset), (ulong)(numbers[number] - _columns[number].Least));
            }
        }
    }

    /// <summary>The record at a place.</summary>
    public T this[int place]
    {
        get
        {
            Span<long> numbers = stackalloc long[MostNumbers];
            var row = _bytes.AsSpan(place * _stride);
            var columns = _columns;
            for (var number = 0; number < columns.Length && number < MostNumbers; number++)
            {
                ref readonly var column = ref columns[number];
                numbers[number] = column.Least + (long)(BinaryPrimitives.ReadUInt64LittleEndian(row[column.Offset..]) & column.Mask);
            }

            numbers[0] += place;
            return T.PutTogether(numbers);
        }
    }

    private static (Column[] Columns, int Stride) ColumnsOf(ReadOnlySpan<T> records)
    {
        var (least, most) = RangesOf(records);
        var columns = new Column[T.Numbers];
        var stride = 0;
        for (var number = 0; number < columns.Length; number++)
        {
            // Right also where the difference has no room in a signed number.
            var bits = 64 - BitOperations.LeadingZeroCount((ulong)(most[number] - least[number]));
            var bytes = (bits + 7) / 8;
            columns[number] = new Column(least[number], stride, bytes == 0 ? 0 : ulong.MaxValue >> (64 - (8 * bytes)));
            stride += bytes;
        }

        return (columns, stride);
    }

    private static (long[] Least, long[] Most) RangesOf(ReadOnlySpan<T> records)
    {
        Span<long> numbers = stackalloc long[MostNumbers];
        var (least, most) = (new long[MostNumbers], new long[MostNumbers]);
        for (var place = 0; place < records.Length; place++)
        {
            TakeApart(records, place, numbers);
            for (var number = 0; number < T.Numbers; number++)
            {
                least[number] = place == 0 ? numbers[number] : Math.Min(least[number], numbers[number]);
                most[number] = place == 0 ? numbers[number] : Math.Max(most[number], numbers[number]);
            }
        }

        return (least, most);
    }

    private static void TakeApart(ReadOnlySpan<T> records, int place, Span<long> numbers)
    {
        records[place].TakeApart(numbers);
        numbers[0] -= place;
    }

    // What its numbers have in common, where in a record they begin, and how much there is theirs.
    private readonly record struct Column(long Least, int Offset, ulong Mask);
}
