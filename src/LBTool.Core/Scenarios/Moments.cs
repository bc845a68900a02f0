using System.Text.RegularExpressions;

namespace LBTool.Core.Scenarios;

/// <summary>Points of time and windows: how they are written, and what they come to once fault times are known.</summary>
public static partial class Moments
{
    /// <summary>What a moment may look like, for messages.</summary>
    public const string Forms = "a time such as 10s, start, end, NAME.start or NAME.end, with + or - a duration";

    /// <summary>Reads <c>10s</c>, <c>end - 2s</c>, <c>slow-b1.start + 200ms</c>; null when it is none of these.</summary>
    public static Moment? Parse(string text)
    {
        text = text.Trim();
        if (Durations.TryParse(text, out var plain))
        {
            return new Moment(MomentAnchor.RunStart, null, plain);
        }

        var match = MomentForm().Match(text);
        var offset = TimeSpan.Zero;
        if (!match.Success || (match.Groups["offset"].Success && !Durations.TryParse(match.Groups["offset"].Value, out offset)))
        {
            return null;
        }

        var signed = match.Groups["sign"].Value == "-" ? -offset : offset;
        var isStart = match.Groups["edge"].Value == "start";
        return match.Groups["of"].Success
            ? new Moment(isStart ? MomentAnchor.WindowStart : MomentAnchor.WindowEnd, match.Groups["of"].Value, signed)
            : new Moment(isStart ? MomentAnchor.RunStart : MomentAnchor.RunEnd, null, signed);
    }

    /// <summary>Writes a moment as it is read.</summary>
    public static string Format(Moment moment)
    {
        var anchor = moment.Anchor switch
        {
            MomentAnchor.RunStart => moment.Offset == TimeSpan.Zero ? "start" : "",
            MomentAnchor.RunEnd => "end",
            MomentAnchor.WindowStart => moment.Of + ".start",
            _ => moment.Of + ".end",
        };
        if (anchor.Length == 0)
        {
            return Durations.Format(moment.Offset);
        }

        return moment.Offset == TimeSpan.Zero ? anchor
            : $"{anchor} {(moment.Offset < TimeSpan.Zero ? '-' : '+')} {Durations.Format(moment.Offset.Duration())}";
    }

    [GeneratedRegex(@"^(?:(?<of>[A-Za-z0-9_-]+)\.)?(?<edge>start|end)(?:\s*(?<sign>[+-])\s*(?<offset>\S+))?$")]
    private static partial Regex MomentForm();
}

/// <summary>A stretch of the run, from <paramref name="From"/> (included) to <paramref name="Until"/> (excluded).</summary>
public readonly record struct Window(TimeSpan From, TimeSpan Until)
{
    private readonly TimeSpan? _before;
    private readonly TimeSpan? _after;

    /// <summary>
    /// When there was nothing of it yet: earlier than <see cref="From"/> for a fault that took a moment to begin, and what
    /// came in that moment belongs neither to the window nor to what was before it.
    /// </summary>
    public TimeSpan Before
    {
        get => _before ?? From;
        init => _before = value == From ? null : value;
    }

    /// <summary>When there was nothing of it any more: later than <see cref="Until"/> for a fault that took a moment to end.</summary>
    public TimeSpan After
    {
        get => _after ?? Until;
        init => _after = value == Until ? null : value;
    }

    /// <summary>Its length, never negative.</summary>
    public TimeSpan Length => Until > From ? Until - From : TimeSpan.Zero;

    /// <summary>Whether <paramref name="time"/> lies in it.</summary>
    public bool Contains(TimeSpan time) => time >= From && time < Until;
}

/// <summary>
/// Turns moments and window names into times. Windows are the faults and the phases of a scenario; the times of faults
/// are those planned, or those that happened where they are given. For one thread at a time: it remembers what it has
/// worked out.
/// </summary>
/// <param name="scenario">Whose names are known.</param>
/// <param name="length">Length of the run.</param>
/// <param name="happened">Times at which faults really acted, by name; may be empty.</param>
public sealed class MomentResolver(
    Scenario scenario, TimeSpan length, IReadOnlyDictionary<string, Window>? happened = null)
{
    private const int DeepestChain = 64;

    // What has been worked out already; a name stands for null while it is, so that a circle ends.
    private readonly Dictionary<string, Window?> _known = [];

    /// <summary>Whether a fault or phase has this name.</summary>
    public bool Knows(string window) =>
        scenario.Faults.Any(fault => fault.Name == window) || scenario.Phases.Any(phase => phase.Name == window);

    /// <summary>The window of the fault or phase of this name, within the run; null when there is none or it refers to itself.</summary>
    public Window? WindowOf(string name) => WindowOf(name, 0);

    /// <summary>The time of a moment; null when it names no known window, or one that refers to itself.</summary>
    /// <param name="moment">The moment.</param>
    /// <param name="isEnd">Whether a window ends there: before anything of a fault, where a beginning comes after all of it.</param>
    public TimeSpan? TimeOf(Moment moment, bool isEnd = false) => TimeOf(moment, isEnd, 0);

    private Window? WindowOf(string name, int depth)
    {
        if (depth > DeepestChain)
        {
            return null;
        }

        if (happened is not null && happened.TryGetValue(name, out var window))
        {
            return window;
        }

        if (!_known.TryGetValue(name, out var known))
        {
            _known[name] = null;
            known = _known[name] = Resolve(name, depth);
        }

        return known;
    }

    private Window? Resolve(string name, int depth)
    {
        if (scenario.Faults.FirstOrDefault(fault => fault.Name == name) is { } named)
        {
            var start = TimeOf(named.At, isEnd: false, depth + 1);
            return start is null ? null : Clip(start.Value, named.For is { } lasting ? start.Value + lasting : length);
        }

        if (scenario.Phases.FirstOrDefault(phase => phase.Name == name) is { } phase)
        {
            var from = phase.From is null ? TimeSpan.Zero : TimeOf(phase.From, isEnd: false, depth + 1);
            var until = phase.Until is null ? length : TimeOf(phase.Until, isEnd: true, depth + 1);
            return from is null || until is null ? null : Clip(from.Value, until.Value);
        }

        return null;
    }

    private TimeSpan? TimeOf(Moment moment, bool isEnd, int depth) => moment.Anchor switch
    {
        MomentAnchor.RunStart => moment.Offset,
        MomentAnchor.RunEnd => length + moment.Offset,
        MomentAnchor.WindowStart when WindowOf(moment.Of!, depth) is { } window => (isEnd ? window.Before : window.From) + moment.Offset,
        MomentAnchor.WindowEnd when WindowOf(moment.Of!, depth) is { } window => (isEnd ? window.Until : window.After) + moment.Offset,
        _ => null,
    };

    private Window Clip(TimeSpan from, TimeSpan until) =>
        new(from < TimeSpan.Zero ? TimeSpan.Zero : from, until > length ? length : until);
}
