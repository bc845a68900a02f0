using CsCheck;
using LBTool.Core.Balancing;
using LBTool.Core.Measurements;

namespace LBTool.Core.Tests.Measurements;

public class PackedRecordsTests
{
    // Far apart now and then, so that a column needs any number of bytes.
    private static readonly Gen<long> Numbers = Gen.OneOf(Gen.Long[0, 300], Gen.Long[0, (1L << 40) - 1]);
    private static readonly Gen<TimeSpan> Times = Gen.OneOf(
        Gen.Long[0, 100], Gen.Long[-TimeSpan.TicksPerDay * 160, TimeSpan.TicksPerDay * 160]).Select(ticks => new TimeSpan(ticks));

    private static readonly Gen<int> Backends = Gen.OneOf(Gen.Int[-1, 3], Gen.Int[-1, (1 << 24) - 2]);

    [Fact]
    public void Any_requests_come_out_as_they_went_in() => ComeOut(
        Gen.Select(Numbers, Times.Array[4], Backends, Gen.Int[0, 999], Gen.Enum<RequestOutcome>()).Select((number, times, backend, status, outcome) =>
            new RequestRecord(number, times[0], times[1], times[2], times[3], backend, status, outcome)));

    [Fact]
    public void Any_leases_do() => ComeOut(
        Gen.Select(Numbers, Times, Times, Backends, Gen.Enum<LeaseOutcome>()).Select((number, start, end, backend, outcome) =>
            new LeaseRecord(number, backend, start, end, outcome)));

    [Fact]
    public void Any_attempts_do() => ComeOut(
        Gen.Select(Numbers, Times, Backends).Select((number, at, backend) => new AttemptRecord(number, backend, at)));

    [Fact]
    public void Any_findings_do() => ComeOut(
        Gen.Select(Numbers, Times, Backends, Gen.Enum<Finding>(), Gen.ULong).Select((number, at, backend, what, session) =>
            new FindingRecord(number, backend, at, what, session)));

    private static void ComeOut<T>(Gen<T> records)
        where T : struct, IRecord<T> => records.Array[0, 50].Sample(written =>
        {
            var packed = new PackedRecords<T>(written);
            Assert.Equal(written, written.Select((_, place) => packed[place]));
        });
}
