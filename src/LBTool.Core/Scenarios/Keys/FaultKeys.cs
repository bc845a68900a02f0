using System.Collections.Immutable;
using System.Globalization;
using System.Text.RegularExpressions;
using LBTool.Core.Faults;
using LBTool.Core.HttpFaults;
using LBTool.Core.Scenarios.Reading;
using LBTool.Core.Sessions;

namespace LBTool.Core.Scenarios.Keys;

/// <summary>A fault as far as it could be read; <paramref name="Fault"/> only when all of it could.</summary>
internal sealed record FaultDraft(Located<string>? Name, Located<Moment>? At, Located<TargetDraft>? Target, Fault? Fault);

/// <summary>What a fault hits, with the place of each name.</summary>
internal sealed record TargetDraft(FaultTarget Target, ImmutableArray<Located<string>> Names);

/// <summary>The keys of a fault.</summary>
internal static partial class FaultKeys
{
    private const string One = "one";
    private const string All = "all";
    private const string PathPattern = @"^/[^*?#\s]*\*?$";

    private static readonly Located<Moment> Immediately = new(new Moment(MomentAnchor.RunStart, null, TimeSpan.Zero), default);

    private static readonly string[] Methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];

    private static readonly Key<string> Name = Key.Required("name", Values.Name,
        "unique among faults and phases; also the name of the window in which the fault acts");

    private static readonly Key<Moment> At = Key.Required("at", Values.Moment, "when it begins; at 0s it acts before the first request is sent");

    private static readonly Key<TimeSpan> For = Key.Optional("for", Values.PositiveDuration, "until the end of the run",
        "how long it acts; what lies beyond the end of the run is cut off");

    private static readonly Key<TargetDraft> Target = Key.Required("target",
        new EitherShape<TargetDraft>(
            text: new MappedShape<Located<FaultTarget>, TargetDraft>(
                new LocatedShape<FaultTarget>(new Scalar<FaultTarget>(
                    "a backend, one, all, a number of backends, or a percentage of them", TryTarget,
                    () => [Json.Pattern($@"{Values.NamePattern}|^\s*[1-9][0-9]*\s*$|^\s*[0-9]+(\.[0-9]+)?\s*%\s*$"), Json.Number(1, 10_000, whole: true)])),
                target => new TargetDraft(target.Value,
                    target.Value is NamedBackends named ? [new Located<string>(named.Names[0], target.Place)] : [])),
            list: new MappedShape<ImmutableArray<Located<string>>, TargetDraft>(
                new ListShape<Located<string>>(new LocatedShape<string>(Values.Name), atLeast: 1, atMost: 10_000),
                names => new TargetDraft(new NamedBackends([.. names.Select(name => name.Value).Distinct()]), names))),
        "the backends that it hits; those not named are drawn with the run's seed");

    private static readonly Key<StreamDirection> Stream = Key.Default("stream",
        new Choice<StreamDirection>("stream", ("downstream", StreamDirection.Downstream), ("upstream", StreamDirection.Upstream)),
        "downstream",
        "the direction that it acts on: answers, or requests");

    private static readonly Key<double> Toxicity = Key.Default("toxicity", Values.Share, "100%",
        "probability that a connection is hit, drawn once for each");

    private static readonly Key<ToxicEffect> Toxic = Key.Optional("toxic",
        new VariantShape<ToxicRow, ToxicEffect>("type", "what it does, by its Toxiproxy name",
            new Choice<ToxicRow>("toxic", [.. ToxicTable.All.Select(row => (row.Name, row))]),
            [Stream, Toxicity],
            [.. ToxicTable.All.Select(row => (row, row.Name, Attributes(row)))],
            (row, keys, fields) => new ToxicEffect(
                row.Name, fields.Get(Stream), fields.Get(Toxicity), keys.OfType<Key<double>>().ToImmutableSortedDictionary(key => key.Name, fields.Get))),
        "another effect",
        "a toxic on the connections between balancer and backend");

    private static readonly Key<ActionRow> Action = Key.Optional("action",
        new Choice<ActionRow>("action", [.. ActionTable.All.Select(row => (row.Name, row))]),
        "another effect",
        "done to the backend, and undone at the end: "
        + string.Join("; ", ActionTable.All.Select(row => $"{row.Name}: {row.Description}")));

    private static readonly Key<int> Workers = Key.Optional("workers", Values.Count(0, 1_000_000), "needed by lose-capacity",
        "with `action: lose-capacity`: requests that can still be served at once");

    private static readonly Key<double> Weight = Key.Optional("weight", Values.Weight, "needed by set-weight",
        "with `action: set-weight`: the backend's weight");

    private static readonly Key<TimeSpan> Deadline = Key.Optional("deadline", Values.Duration, "with drain the one of `target.drain`, with remove never",
        "with `action: drain` or `remove`: how long what is in flight may take to end by itself; then it is cut");

    private static readonly Key<double> Percent = Key.Default("percent", Values.Share, "100%", "share of the requests that get it, of those that match");

    private static readonly Key<string> Path = Key.Optional("path", new Scalar<string>(
            "a path such as /items/1, or the beginning of one such as /items/*", TryPath, () => [Json.Pattern(PathPattern)],
            text => text.StartsWith('/') ? null : $"it begins with /: write /{text}"),
        "every path but /healthz",
        "only requests with this path, or with one that begins so; /healthz is hit only by a path that matches it");

    private static readonly Key<string> Method = Key.Optional("method",
        new Choice<string>("method", [.. Methods.Select(name => (name, name))]), "every method", "only requests with this method");

    private static readonly Key<HttpEffect> Http = Key.Optional("http",
        Map.Of(
            [.. HttpFaultTable.All.Select(row => row.Key), Percent, Path, Method],
            fields => new HttpEffect(
                fields.Get(Percent), HttpFaultTable.All.Select(row => fields.Find(row.Key)?.Value).First(fault => fault is not null)!)
            {
                Path = fields.Find(Path)?.Value,
                Method = fields.Find(Method)?.Value,
            },
            exactlyOne: [.. HttpFaultTable.All.Select(row => row.Key)]),
        "another effect",
        "a wrong answer of the backend");

    public static readonly MapShape<FaultDraft> Fault = new(
        [Name, At, For, Target, Toxic, Action, Workers, Weight, Deadline, Http],
        fields => Draft(fields, Name, For, fields.Find(At)),
        exactlyOne: [Toxic, Action, Http]);

    private static readonly Key<string> NameNow = Key.Optional("name", Values.Name, "made of what it does and whom it hits",
        "unique among the faults that act");

    private static readonly Key<TimeSpan> ForNow = Key.Optional("for", Values.PositiveDuration, "until it is removed", "how long it acts");

    /// <summary>A fault that begins at once: a scenario's, without the time at which it begins.</summary>
    public static readonly MapShape<FaultRequest> FaultNow = new(
        [NameNow, ForNow, Target, Toxic, Action, Workers, Weight, Deadline, Http],
        fields => Draft(fields, NameNow, ForNow, Immediately) is { Fault: { } fault, Target: { } target } ? new FaultRequest(fault, target) : null,
        exactlyOne: [Toxic, Action, Http]);

    /// <summary>Whether a fault's <c>target</c> gives this word a meaning of its own.</summary>
    public static bool IsTargetWord(string text) => text is One or All;

    private static ImmutableArray<Key> Attributes(ToxicRow row) =>
    [
        .. row.Attributes.Select(attribute => Key.Default(attribute.Name, Values.Attribute(attribute.Unit), "0", attribute.Description)),
    ];

    // A fault that is half readable still has a name and times that others refer to.
    private static FaultDraft Draft(Fields fields, Key<string> name, Key<TimeSpan> lasts, Located<Moment>? at)
    {
        CheckNeeds(fields, Workers);
        CheckNeeds(fields, Weight);
        CheckDeadline(fields);
        var effect = fields.Get(Toxic) ?? fields.Get(Http)
            ?? (FaultEffect?)(fields.Get(Action) is { } row ? ActionOf(row, fields) : null);
        var fault = fields.Failed ? null : new Fault(
            fields.Get(name) ?? "", at!.Value, fields.Find(lasts)?.Value, fields.Get(Target).Target, effect!);
        return new FaultDraft(fields.Find(name), at, fields.Find(Target), fault);
    }

    private static ActionEffect ActionOf(ActionRow row, Fields fields) =>
        new(row.Action, fields.Find(Workers)?.Value, fields.Find(Weight)?.Value) { Deadline = fields.Find(Deadline)?.Value };

    private static void CheckDeadline(Fields fields)
    {
        if (fields.IsWritten(Deadline) && (fields.Find(Action)?.Value is { TakesDeadline: false } || !fields.IsWritten(Action)))
        {
            fields.Report(Deadline, "only action: drain and action: remove have a deadline; leave it out");
        }
    }

    private static void CheckNeeds(Fields fields, Key key)
    {
        var action = fields.Find(Action)?.Value;
        if (action?.Needs == key.Name && !fields.IsWritten(key))
        {
            fields.Report(key, $"missing; {action.Name} needs it: {key.Shape.Words}");
        }
        else if (fields.IsWritten(key) && (!fields.IsWritten(Action) || (action is not null && action.Needs != key.Name)))
        {
            fields.Report(key, $"only action: {ActionTable.All.First(row => row.Needs == key.Name).Name} takes {key.Name}; leave it out");
        }
    }

    private static bool TryPath(string text, out string value) => PathRule().IsMatch(value = text);

    [GeneratedRegex(PathPattern)]
    private static partial Regex PathRule();

    private static bool TryTarget(string text, out FaultTarget value)
    {
        value = text switch
        {
            One => new SomeBackends(1),
            All => new ShareOfBackends(1),
            _ when text.EndsWith('%') => new ShareOfBackends(Values.ShareOf(text)),
            _ when int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var count) => new SomeBackends(count),
            _ => new NamedBackends([text]),
        };
        return value switch
        {
            SomeBackends some => some.Count > 0,
            ShareOfBackends share => share.Share > 0,
            _ => Values.TryName(text, out _),
        };
    }
}
