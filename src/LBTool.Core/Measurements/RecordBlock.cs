namespace LBTool.Core.Measurements;

/// <summary>Records side by side, which nobody changes any more: as they are, or packed.</summary>
/// <typeparam name="T">The record.</typeparam>
internal readonly struct RecordBlock<T>
    where T : struct, IRecord<T>
{
    private readonly T[]? _records;
    private readonly PackedRecords<T>? _packed;

    public RecordBlock(T[] records) => _records = records;

    public RecordBlock(PackedRecords<T> packed) => _packed = packed;

    /// <summary>The record at a place.</summary>
    public T this[int place] => _packed is null ? _records![place] : _packed[place];

    /// <summary>A block in which some records are others; this one when none is.</summary>
    /// <param name="length">How many there are.</param>
    /// <param name="change">The record that stands at a place.</param>
    public RecordBlock<T> Changed(int length, Func<T, int, T> change)
    {
        T[]? changed = null;
        for (var place = 0; place < length; place++)
        {
            var record = this[place];
            var other = change(record, place);
            if (!other.Equals(record))
            {
                changed ??= Copy(length);
                changed[place] = other;
            }
        }

        return changed is null ? this
            : _packed is null ? new RecordBlock<T>(changed)
            : new RecordBlock<T>(new PackedRecords<T>(changed));
    }

    private T[] Copy(int length)
    {
        var copy = new T[length];
        for (var place = 0; place < length; place++)
        {
            copy[place] = this[place];
        }

        return copy;
    }
}
