namespace LBTool.Core.Measurements;

/// <summary>A record that can be taken apart into whole numbers, so that many of them pack well; see <see cref="PackedRecords{T}"/>.</summary>
/// <typeparam name="T">The record itself.</typeparam>
public interface IRecord<T> : IEquatable<T>
    where T : struct, IRecord<T>
{
    /// <summary>How many numbers it is, at most 8.</summary>
    static abstract int Numbers { get; }

    /// <summary>Puts together what <see cref="TakeApart"/> wrote.</summary>
    static abstract T PutTogether(ReadOnlySpan<long> numbers);

    /// <summary>Writes it as numbers that differ little from one record to the next: differences of times rather than times.</summary>
    /// <param name="numbers">The first one may count up with the records.</param>
    void TakeApart(Span<long> numbers);
}
