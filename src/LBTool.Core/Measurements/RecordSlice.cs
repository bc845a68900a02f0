using System.Runtime.CompilerServices;

namespace LBTool.Core.Measurements;

/// <summary>Some records of a run, in the order of their time for each backend, without a copy of them.</summary>
/// <typeparam name="T">The record.</typeparam>
[CollectionBuilder(typeof(RecordList), nameof(RecordList.CreateSlice))]
public readonly struct RecordSlice<T>
    where T : struct, IRecord<T>
{
    private readonly RecordList<T> _records;
    private readonly int[]? _places;
    private readonly int _from;

    /// <param name="records">What they are of.</param>
    /// <param name="places">Which ones; null: those from <paramref name="from"/> on as they are.</param>
    /// <param name="from">First place, of <paramref name="places"/> where there are any.</param>
    /// <param name="length">How many.</param>
    internal RecordSlice(RecordList<T> records, int[]? places, int from, int length) =>
        (_records, _places, _from, Length) = (records, places, from, length);

    /// <summary>How many there are.</summary>
    public int Length { get; }

    /// <summary>Whether there is none.</summary>
    public bool IsEmpty => Length == 0;

    /// <summary>The record at a place, 0 … <see cref="Length"/> − 1.</summary>
    public T this[int index] => _records[_places is null ? _from + index : _places[_from + index]];

    /// <summary>All of a list.</summary>
    public static implicit operator RecordSlice<T>(RecordList<T> records) => new(records, null, 0, records.Length);

    /// <summary>For foreach.</summary>
    public Enumerator GetEnumerator() => new(this);

    /// <summary>Writes the places of a slice that has some of its own.</summary>
    internal void PlacesInto(Span<int> target) => _places.AsSpan(_from, Length).CopyTo(target);

    /// <summary>Goes through a slice.</summary>
    public struct Enumerator
    {
        private readonly RecordSlice<T> _slice;
        private int _index;

        internal Enumerator(RecordSlice<T> slice) => (_slice, _index) = (slice, -1);

        /// <summary>The present record.</summary>
        public readonly T Current => _slice[_index];

        /// <summary>Goes to the next one; false behind the last.</summary>
        public bool MoveNext() => ++_index < _slice.Length;
    }
}
