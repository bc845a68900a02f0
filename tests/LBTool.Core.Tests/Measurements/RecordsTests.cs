using System.Runtime.CompilerServices;
using CsCheck;
using LBTool.Core.Balancing;
using LBTool.Core.Measurements;

namespace LBTool.Core.Tests.Measurements;

public class RecordsTests
{
    private static readonly Gen<TimeSpan> Times = Gen.Long[-TimeSpan.TicksPerDay * 160, TimeSpan.TicksPerDay * 160].Select(ticks => new TimeSpan(ticks));

    [Fact]
    public void What_is_packed_comes_out_as_it_went_in() =>
        Gen.Select(Gen.Long[0, (1L << 40) - 1], Times.Array[4], Gen.Int[-1, (1 << 24) - 2], Gen.Int[0, 999], Gen.Enum<RequestOutcome>()).Sample(
            (number, times, backend, status, outcome) =>
            {
                var record = new RequestRecord(number, times[0], times[1], times[2], times[3], backend, status, outcome);
                Assert.Equal((number, backend, status, outcome), (record.Number, record.Backend, record.Status, record.Outcome));
                Assert.Equal(times, new[] { record.Intended, record.Sent, record.FirstByte, record.Done });
                var lease = new LeaseRecord(number, backend, times[0], times[1], LeaseOutcome.Broken);
                Assert.Equal((number, backend, times[0], times[1], LeaseOutcome.Broken), (lease.Request, lease.Backend, lease.Start, lease.End, lease.Outcome));
                var attempt = new AttemptRecord(number, backend, times[0]);
                Assert.Equal((number, backend, times[0]), (attempt.Request, attempt.Backend, attempt.At));
            });

    [Fact]
    public void What_does_not_fit_is_the_nearest_that_does_and_a_foreign_number_none()
    {
        Assert.Equal(162, (int)new AttemptRecord(1, 0, TimeSpan.MaxValue).At.TotalDays);
        Assert.Equal(-162, (int)new AttemptRecord(1, 0, TimeSpan.MinValue).At.TotalDays);
        Assert.Equal(0, new AttemptRecord(1L << 40, 0, TimeSpan.Zero).Request);
        Assert.Equal(0, new AttemptRecord(-1, 0, TimeSpan.Zero).Request);
    }

    [Fact]
    public void They_are_small()
    {
        Assert.Equal(34, Unsafe.SizeOf<RequestRecord>());
        Assert.Equal(22, Unsafe.SizeOf<LeaseRecord>());
        Assert.Equal(14, Unsafe.SizeOf<AttemptRecord>());
    }

    [Fact]
    public void Requests_are_found_by_number_in_any_order() =>
        Gen.Select(Gen.Int[1, 60].Array[0, 40], Gen.Int[0, 70].Array[50], Gen.Bool).Sample((numbers, wanted, ascending) =>
        {
            long[] kept = [.. numbers.Distinct().Select(number => (long)number)];
            RecordList<RequestRecord> requests =
                [.. (ascending ? kept.Order() : kept.AsEnumerable()).Select(number => new RequestRecord(number, default, default, default, default, 0, 200, RequestOutcome.Ok))];
            var places = new RequestPlaces(requests);
            foreach (var number in wanted)
            {
                var place = places.Find(number);
                Assert.Equal(kept.Contains(number), place >= 0);
                Assert.True(place < 0 || requests[place].Number == number);
            }
        });

    [Fact]
    public void A_list_over_blocks_is_handed_out_as_it_is_when_nothing_is_missing_and_in_order()
    {
        var log = new RecordLog<AttemptRecord>();
        for (var number = 1; number <= 20_000; number++)
        {
            log.Add(new AttemptRecord(number, 0, TimeSpan.FromTicks(number)));
        }

        var list = log.ToList();
        Assert.Equal(20_000, list.Length);
        Assert.Equal(Enumerable.Range(1, 20_000), list.Select(record => (int)record.Request));
        Assert.Same(list, list.OrderedBy(record => record.At));
        Assert.Equal(20_000, list.OrderedBy(record => -record.Request)[0].Request);
        Assert.Equal(20_000, list[^1].Request);

        // A place that was reserved and not completed is left out.
        log.Reserve();
        log.Add(new AttemptRecord(30_000, 0, TimeSpan.Zero));
        Assert.Equal([20_000, 30_000], log.ToList().TakeLast(2).Select(record => record.Request));
    }
}
