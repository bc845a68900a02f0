using System.Collections;
using System.Runtime.CompilerServices;

namespace LBTool.Core.Measurements;

/// <summary>
/// Records of a run, which nobody changes any more. They may lie in the very blocks in which they were written or packed,
/// so that millions of them are never copied.
/// </summary>
/// <typeparam name="T">The record.</typeparam>
[CollectionBuilder(typeof(RecordList), nameof(RecordList.Create))]
public sealed class RecordList<T> : IReadOnlyList<T>
    where T : struct, IRecord<T>
{
    private readonly RecordBlock<T>[] _blocks;
    private readonly int _blockBits;

    // What it is known to be in order by: these very keys.
    private Delegate[] _orders = [];

    /// <param name="blocks">All full but the last.</param>
    /// <param name="blockBits">A block has 2 to this power of records; a single one may have any number.</param>
    /// <param name="length">Records in all.</param>
    internal RecordList(RecordBlock<T>[] blocks, int blockBits, int length) => (_blocks, _blockBits, Length) = (blocks, blockBits, length);

    /// <summary>How many there are.</summary>
    public int Length { get; }

    int IReadOnlyCollection<T>.Count => Length;

    /// <summary>The record at a place.</summary>
    public T this[int place] => _blocks[place >> _blockBits][place & ((1 << _blockBits) - 1)];

    /// <summary>These, if they are in order by a key; else a sorted copy. Equal ones stay as they are.</summary>
    public RecordList<T> OrderedBy<TKey>(Func<T, TKey> key)
        where TKey : IComparable<TKey>
    {
        if (_orders.Contains(key))
        {
            return this;
        }

        var before = Length > 0 ? key(this[0]) : default!;
        for (var place = 1; place < Length; place++)
        {
            var next = key(this[place]);
            if (next.CompareTo(before) < 0)
            {
                return RecordList.Of([.. this.OrderBy(key)]);
            }

            before = next;
        }

        _orders = [.. _orders, key];
        return this;
    }

    /// <summary>A list in which some records are others; blocks in which none is are shared with this one.</summary>
    /// <param name="change">The record that stands at a place.</param>
    internal RecordList<T> Changed(Func<T, int, T> change)
    {
        var blocks = new RecordBlock<T>[_blocks.Length];
        for (var number = 0; number < blocks.Length; number++)
        {
            var first = number << _blockBits;
            blocks[number] = _blocks[number].Changed(
                Math.Min(Length - first, 1 << _blockBits), (record, place) => change(record, first + place));
        }

        return new RecordList<T>(blocks, _blockBits, Length);
    }

    /// <inheritdoc/>
    public IEnumerator<T> GetEnumerator()
    {
        for (var place = 0; place < Length; place++)
        {
            yield return this[place];
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}

/// <summary>Makes lists of records.</summary>
public static class RecordList
{
    // More than any array has, so that all of it is one block.
    private const int OneBlock = 30;

    /// <summary>A list of these, for collection expressions.</summary>
    public static RecordList<T> Create<T>(ReadOnlySpan<T> records)
        where T : struct, IRecord<T> => Of(records.ToArray());

    /// <summary>A slice that is all of these, for collection expressions.</summary>
    public static RecordSlice<T> CreateSlice<T>(ReadOnlySpan<T> records)
        where T : struct, IRecord<T> => Create(records);

    /// <summary>A list over an array, which nobody may change from now on.</summary>
    internal static RecordList<T> Of<T>(T[] records)
        where T : struct, IRecord<T> => new([new RecordBlock<T>(records)], OneBlock, records.Length);
}
