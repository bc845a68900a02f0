using System.Collections.Immutable;
using LBTool.Core.Health;
using LBTool.Core.Scenarios.Reading;

namespace LBTool.Core.Scenarios.Keys;

/// <summary>The keys under <c>target.health.passive</c>.</summary>
internal static class PassiveKeys
{
    private static readonly Key<int> Consecutive = Key.Default("consecutive", Values.Count(0, 1_000_000), "5",
        "failures in a row that eject a backend; 0: they are not counted");

    private static readonly Key<double> FailureRate = Key.Optional("failure_rate", Values.Share, "not looked at",
        "share of failures within `window` that ejects a backend");

    private static readonly Key<double> LatencyFactor = Key.Optional("latency_factor", Values.Number(1, 1000, above: true), "not looked at",
        "a mean latency within `window` of more than so many times the median of the others' ejects a backend");

    private static readonly Key<TimeSpan> Window = Key.Default("window", Values.DurationFrom(TimeSpan.FromMilliseconds(10)), "10s",
        "how far `failure_rate` and `latency_factor` look back; it slides in tenths");

    private static readonly Key<int> MinRequests = Key.Default("min_requests", Values.Count(1, 1_000_000), "20",
        "with fewer requests of a backend in the window, its failure rate and its latency say nothing");

    private static readonly Key<ImmutableArray<FailureKinds>> On = Key.Optional("on",
        new ListShape<FailureKinds>(new Choice<FailureKinds>("kind of failure",
            ("connect-error", FailureKinds.ConnectError), ("timeout", FailureKinds.Timeout), ("reset", FailureKinds.Reset),
            ("5xx", FailureKinds.ServerError), ("429", FailureKinds.TooManyRequests), ("404", FailureKinds.NotFound)), atLeast: 1, atMost: 6),
        "`[connect-error, timeout, reset, 5xx]`", "what counts as a failure");

    private static readonly Key<TimeSpan> Ejection = Key.Default("ejection", Values.PositiveDuration, "30s",
        "how long the first ejection lasts; the n-th lasts n times that, and for each such time without one n shrinks by 1");

    private static readonly Key<TimeSpan> MaxEjection = Key.Optional("max_ejection", Values.PositiveDuration, "10 times `ejection`",
        "the longest that one lasts");

    private static readonly Key<double> MaxEjected = Key.Default("max_ejected", Values.Share, "50%",
        "share of the backends that may be ejected at a time, rounded down, at least one backend");

    private static readonly Key<ReturnBy> Return = Key.Default("return",
        new Choice<ReturnBy>("way back", ("trial", ReturnBy.Trial), ("at-once", ReturnBy.AtOnce)), "trial",
        "how a backend comes back: by one request that must go well, or at once; with slow start, its weight then ramps up");

    private static readonly Key<bool> ProbesReadmit = Key.Default("probes_readmit", Values.Flag, "false",
        "whether a probe that passes ends an ejection");

    public static readonly Key<PassiveCheck> Passive = Key.Optional("passive",
        Map.Of(
            [Consecutive, FailureRate, LatencyFactor, Window, MinRequests, On, Ejection, MaxEjection, MaxEjected, Return, ProbesReadmit],
            Create, Check),
        "nobody is ejected",
        "what is learned from requests: who fails too often, or is much slower than the others, is ejected for a while");

    private static PassiveCheck Create(Fields fields)
    {
        var check = new PassiveCheck
        {
            Consecutive = fields.Get(Consecutive) is > 0 and var inARow ? inARow : null,
            FailureRate = fields.Find(FailureRate)?.Value,
            LatencyFactor = fields.Find(LatencyFactor)?.Value,
            Window = fields.Get(Window),
            MinRequests = fields.Get(MinRequests),
            Ejection = fields.Get(Ejection),
            MaxEjection = fields.Find(MaxEjection)?.Value ?? 10 * fields.Get(Ejection),
            MaxEjected = fields.Get(MaxEjected),
            Return = fields.Get(Return),
            ProbesReadmit = fields.Get(ProbesReadmit),
        };
        return fields.Find(On) is { } on ? check with { Failures = on.Value.Aggregate((all, kind) => all | kind) } : check;
    }

    private static void Check(Fields fields)
    {
        if (fields.Have(Consecutive) && fields.Get(Consecutive) == 0 && !fields.IsWritten(FailureRate) && !fields.IsWritten(LatencyFactor))
        {
            fields.Report(Consecutive, "0 counts nothing, and neither failure_rate nor latency_factor is given: nobody would ever be ejected");
        }

        if (fields.Find(FailureRate) is { Value: 0 })
        {
            fields.Report(FailureRate, "0% is reached without any failure; give a share above 0");
        }

        if (fields.Find(MaxEjection) is { } longest && fields.Have(Ejection) && longest.Value < fields.Get(Ejection))
        {
            fields.Report(MaxEjection, $"is less than the first ejection of {Durations.Format(fields.Get(Ejection))}");
        }

        if (fields.Have(MaxEjected) && fields.Get(MaxEjected) == 0)
        {
            fields.Report(MaxEjected, "0% ejects nobody; leave passive out");
        }
    }
}
