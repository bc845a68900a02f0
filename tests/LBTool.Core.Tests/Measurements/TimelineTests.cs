using CsCheck;
using LBTool.Core.Measurements;
using LBTool.Core.Scenarios;

namespace LBTool.Core.Tests.Measurements;

public class TimelineTests
{
    private static readonly Gen<AttemptRecord[]> AnyRecords =
        Gen.Select(Gen.Int[0, 50], Gen.Int[0, 3]).Array[0, 100]
            .Select(values => values.Select((value, i) => new AttemptRecord(i, value.Item2, TimeSpan.FromTicks(value.Item1))).ToArray());

    [Fact]
    public void A_window_holds_its_start_and_not_its_end() =>
        Assert.Equal([1, 2], Numbers(Of([At(9, 0), At(10, 1), At(19, 2), At(20, 3)]).In(new Window(new(10), new(20)))));

    [Fact]
    public void A_window_that_ends_before_it_begins_is_empty() =>
        Assert.Equal(0, Of([At(1, 0), At(2, 1), At(3, 2)]).In(new Window(new(3), new(1))).Length);

    [Fact]
    public void Any_window_of_any_records_in_any_order_holds_what_a_filter_finds() =>
        Gen.Select(AnyRecords, Gen.Int[0, 50], Gen.Int[0, 50], Gen.Int[0, 3]).Sample((records, from, until, backend) =>
        {
            var window = new Window(new(from), new(until));
            var expected = records.Where(record => record.Backend == backend && window.Contains(record.At)).OrderBy(record => record.At);
            return Numbers(Of(records).In(window, backend)).SequenceEqual(expected.Select(record => record.Request));
        });

    [Fact]
    public void Backends_asked_for_together_are_found_one_after_the_other() =>
        Gen.Select(AnyRecords, Gen.Int[0, 50], Gen.Int[0, 50]).Sample((records, from, until) =>
        {
            var (window, timeline) = (new Window(new(from), new(until)), Of(records));
            return Numbers(timeline.In(window, new BackendGroup([0, 2, 7]))).SequenceEqual(
                Numbers(timeline.In(window, 0)).Concat(Numbers(timeline.In(window, 2))));
        });

    [Fact]
    public void An_index_fits_records_of_the_same_backends_and_no_others() =>
        Gen.Select(Gen.Int[-1, 2].Array[0, 6], Gen.Int[-1, 2].Array[0, 6]).Sample((some, others) =>
        {
            var index = BackendIndex.Of(some.Length, place => some[place]);
            return index.Fits(some.Length, place => some[place])
                && index.Fits(others.Length, place => others[place]) == some.SequenceEqual(others);
        });

    private static Timeline<AttemptRecord> Of(AttemptRecord[] records) =>
        new([.. records], record => record.At, (all, place) => all[place].Backend);

    private static AttemptRecord At(int ticks, long number) => new(number, 0, TimeSpan.FromTicks(ticks));

    private static long[] Numbers(RecordSlice<AttemptRecord> records)
    {
        var numbers = new List<long>();
        foreach (var record in records)
        {
            numbers.Add(record.Request);
        }

        return [.. numbers];
    }
}
