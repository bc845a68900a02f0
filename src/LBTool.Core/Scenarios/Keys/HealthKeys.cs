using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;
using LBTool.Core.Health;
using LBTool.Core.HttpFaults;
using LBTool.Core.Scenarios.Reading;

namespace LBTool.Core.Scenarios.Keys;

/// <summary>The keys under <c>target.health</c>.</summary>
internal static partial class HealthKeys
{
    private const string PathPattern = @"^/[^#\s]*$";

    private static readonly Key<bool> OverHttp = Key.Default("type",
        new Choice<bool>("type of probe", ("http", true), ("tcp", false)), "http",
        "what a probe is: a request, or just a connection that must be accepted");

    private static readonly Key<string> Path = Key.Default("path", new Scalar<string>(
            "a path such as /healthz", TryPath, () => [Json.Pattern(PathPattern)], text => text.StartsWith('/') ? null : $"it begins with /: write /{text}"),
        BackendSpec.HealthPath,
        "what is asked for: of a fake backend `/healthz` knows nothing of its queue and its application, any other path goes through both");

    private static readonly Key<string> Method = Key.Default("method",
        new Choice<string>("method", ("GET", "GET"), ("HEAD", "HEAD"), ("OPTIONS", "OPTIONS")), "GET", "the method of the request");

    private static readonly Key<ImmutableArray<(string Name, string Value)>> Headers = Key.Default("headers", HttpHeaders.Written, "{}",
        "sent with each probe");

    private static readonly Shape<StatusRanges> StatusList = new Scalar<StatusRanges>(
        StatusRanges.Forms, TryStatus, () => [Json.Pattern(@"^\s*[1-5][0-9]{2}(\s*-\s*[1-5][0-9]{2})?(\s*,\s*[1-5][0-9]{2}(\s*-\s*[1-5][0-9]{2})?)*\s*$"), Json.Number(100, 599, whole: true)]);

    private static readonly Key<StatusRanges> Status = Key.Default("status", new EitherShape<StatusRanges>(
            text: StatusList,
            list: new MappedShape<ImmutableArray<StatusRanges>, StatusRanges>(new ListShape<StatusRanges>(StatusList, atLeast: 1, atMost: 100),
                parts => new StatusRanges([.. parts.SelectMany(part => part.Ranges)]))),
        "200-399", "what its status must be among");

    private static readonly Key<string> Body = Key.Optional("body", Values.Text, "any", "a text that must be in the first 64 KB of its body");

    private static readonly Key<Expected> Expect = Key.Default("expect",
        Map.Of([Status, Body], fields => new Expected(fields.Get(Status), fields.Find(Body)?.Value)), "{}", "the answer that passes");

    private static readonly Key<TimeSpan> Interval = Key.Default("interval", Values.DurationFrom(TimeSpan.FromMilliseconds(1)), "5s",
        "from the start of one probe to the start of the next; each backend has its own beat, drawn with the seed");

    private static readonly Key<TimeSpan> Jitter = Key.Default("jitter", Values.Duration, "0s",
        "each probe is put off by a random part of this; less than `interval`");

    private static readonly Key<TimeSpan> Timeout = Key.Default("timeout", Values.PositiveDuration, "1s",
        "how long a probe may take; when that is longer than `interval`, the next one waits for it");

    private static readonly Key<int> Fall = Key.Default("fall", Values.Count(1, 1000), "2", "probes that must fail in a row to take a backend down");

    private static readonly Key<int> Rise = Key.Default("rise", Values.Count(1, 1000), "3", "probes that must pass in a row to bring it up again");

    private static readonly Key<int> Port = Key.Optional("port", Values.Count(1, 65535), "where requests go, through the fault proxy",
        "the port that is probed, on the backends' address");

    private static readonly Key<bool> Tls = Key.Default("tls", Values.Flag, "false",
        "whether a probe speaks TLS, over a new connection each time, and whatever the certificate; of `type: tcp` it is the handshake then");

    private static readonly Key<ActiveCheck> Active = Key.Optional("active",
        Map.Of(
            [OverHttp, Path, Method, Headers, Expect, Interval, Jitter, Timeout, Fall, Rise, Port, Tls],
            fields => new ActiveCheck(fields.Get(Interval), fields.Get(Timeout), fields.Get(Fall), fields.Get(Rise))
            {
                Jitter = fields.Get(Jitter),
                Port = fields.Find(Port)?.Value,
                Tls = fields.Get(Tls),
                Http = !fields.Get(OverHttp) ? null : new HttpProbe(
                    fields.Get(Method), fields.Get(Path), fields.Get(Headers),
                    fields.Get(Expect).Status, fields.Get(Expect).Body),
            },
            CheckActive),
        "nobody is probed",
        "probes of each backend");

    private static readonly Key<double> PanicThreshold = Key.Default("panic_threshold", Values.Share, "50%",
        "when fewer of the backends are well, all are used; 0%: never");

    public static readonly MapShape<HealthRules> Health = Map.Of(
        [Active, PassiveKeys.Passive, PanicThreshold],
        fields => new HealthRules(fields.Find(Active)?.Value, fields.Find(PassiveKeys.Passive)?.Value, fields.Get(PanicThreshold)),
        CheckHealth);

    private static void CheckHealth(Fields fields)
    {
        if (!fields.IsWritten(Active) && !fields.IsWritten(PassiveKeys.Passive))
        {
            fields.Report(Active, "missing, and so is passive: give one of them, or leave health out");
        }
    }

    private static void CheckActive(Fields fields)
    {
        if (fields.Have(OverHttp) && !fields.Get(OverHttp))
        {
            foreach (var key in new Key[] { Path, Method, Headers, Expect }.Where(fields.IsWritten))
            {
                fields.Report(key, "a probe of type tcp only connects; remove it, or set type: http");
            }
        }

        if (fields.Have(Interval, Jitter) && fields.Get(Jitter) >= fields.Get(Interval))
        {
            fields.Report(Jitter, $"must be less than the interval of {Durations.Format(fields.Get(Interval))}");
        }

        if (fields.Have(Method, Expect) && fields.Get(Method) == "HEAD" && fields.Get(Expect).Body is not null)
        {
            fields.Report(Expect, "an answer to HEAD has no body: remove body, or set method: GET");
        }
    }

    private static bool TryPath(string text, out string value) => PathRule().IsMatch(value = text);

    private static bool TryStatus(string text, [MaybeNullWhen(false)] out StatusRanges value) => (value = StatusRanges.Parse(text)) is not null;

    [GeneratedRegex(PathPattern)]
    private static partial Regex PathRule();

    /// <summary>What a probe must get.</summary>
    private sealed record Expected(StatusRanges Status, string? Body);
}
