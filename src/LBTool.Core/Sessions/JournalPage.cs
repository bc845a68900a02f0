using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Json;
using LBTool.Core.Expectations;
using LBTool.Core.Scenarios;
using LBTool.Core.Scenarios.Reading;

namespace LBTool.Core.Sessions;

/// <summary>One writing of a journal: a scenario that reads without problems.</summary>
/// <param name="name">Of the session.</param>
/// <param name="seed">Of the session.</param>
/// <param name="start">What it started from.</param>
/// <param name="notes">What was done to it.</param>
/// <param name="now">Time of the session.</param>
internal sealed class JournalPage(string name, ulong seed, SessionScenario start, JournalNotes notes, TimeSpan now)
{
    // A scenario's moments are written with two decimals of a second.
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(1);

    private readonly TimeSpan _zero = notes.Loads.Count > 0 ? notes.Loads[0].At : TimeSpan.Zero;
    private readonly StringBuilder _text = new();

    /// <summary>Writes it.</summary>
    public string Write()
    {
        var faults = Placed().ToArray();
        Line($"# What was done to session {name}; time 0 is where its first load began.");
        WriteComments();
        Line("version: 1");
        Line($"name: {FlowYaml.Write(new TextNode(default, "name", $"session {name}"))}");
        Line(CultureInfo.InvariantCulture, $"seed: {seed}");
        WriteTarget();
        Line($"load: {FlowYaml.Write(Load(faults))}");
        WriteList("faults", Faults(faults).Select(FlowYaml.Write));
        WriteList("expect", Expectations());
        return _text.ToString();
    }

    private void WriteComments()
    {
        if (notes.Loads.Count == 0)
        {
            Line("# No load was driven: the rate below is a guess.");
        }

        foreach (var (at, load) in notes.Loads.Skip(1))
        {
            Line($"# {Durations.Format(Rounded(at))}: another load, {FlowYaml.Write(NodeOf(load, "load"))}: a scenario has one, and below is the first.");
        }

        foreach (var (at, text) in notes.Unsayable)
        {
            Line($"# {Durations.Format(Rounded(at))}: {text}");
        }
    }

    private void WriteTarget()
    {
        Line("target:");
        foreach (var entry in start.TargetMap.Entries.Where(entry => entry.Key.Text != "backends" || notes.Joined.Count == 0))
        {
            Line($"  {entry.Key.Text}: {FlowYaml.Write(entry.Value)}");
        }

        if (notes.Joined.Count > 0)
        {
            WriteList("  backends", start.Backends.Concat(notes.Joined).Select(backend => FlowYaml.Write(backend.Map)));
        }
    }

    private MapNode Load((JournalFault Fault, TimeSpan At, TimeSpan? Until)[] faults)
    {
        var load = notes.Loads.Count == 0
            ? new MapNode(default, "load", [TextEntry("rate", "100/s")])
            : ((MapNode)NodeOf(notes.Loads[0].Load, "load")).Without("duration");
        var length = faults.Select(fault => fault.At + Step)
            .Concat(notes.Expectations.Select(expected => Rounded(expected.Until)))
            .Append(Rounded(notes.LoadEnd ?? now))
            .Append(Shortest)
            .Max();
        return load.With(TextEntry("duration", Durations.Format(length)));
    }

    // When each acts, to the step: the same action may have been done again at once, and a scenario has one at a time. One
    // that went on under another, as a weight that was set by hand does under a fault's, ends there.
    private List<(JournalFault Fault, TimeSpan At, TimeSpan? Until)> Placed()
    {
        var placed = new List<(JournalFault Fault, TimeSpan At, TimeSpan? Until)>();
        var last = new Dictionary<(BackendAction, string), int>();
        foreach (var fault in notes.Faults.Where(fault => fault.Until is not { } ended || ended > _zero))
        {
            var actions = fault.Fault.Effect is ActionEffect effect ? fault.Backends.Select(backend => (effect.Action, backend)).ToArray() : [];
            var before = actions.Where(last.ContainsKey).Select(action => last[action]).Distinct().ToArray();
            var at = before.Select(place => placed[place].Until ?? placed[place].At + Step).Append(Rounded(fault.From)).Max();
            foreach (var place in before.Where(place => placed[place].Until is null))
            {
                placed[place] = placed[place] with { Until = at };
            }

            foreach (var action in actions)
            {
                last[action] = placed.Count;
            }

            placed.Add((fault, at, fault.Until is { } ended ? new[] { Rounded(ended), at + Step }.Max() : (TimeSpan?)null));
        }

        return placed;
    }

    // The same name may have been given again after its fault had ended.
    private static IEnumerable<MapNode> Faults((JournalFault Fault, TimeSpan At, TimeSpan? Until)[] faults)
    {
        var names = new HashSet<string>();
        return faults.Select(placed => Fault(placed.Fault, Unique(placed.Fault.Fault.Name, names), placed.At, placed.Until - placed.At));
    }

    private static MapNode Fault(JournalFault entry, string name, TimeSpan at, TimeSpan? lasting)
    {
        ImmutableArray<Node> targets = [.. entry.Backends.Select(backend => new TextNode(default, "target", backend))];
        var rest = ((MapNode)NodeOf(entry.Written, "fault")).Without("name").Without("for").Without("target");
        ImmutableArray<Entry> entries =
        [
            TextEntry("name", name),
            TextEntry("at", Durations.Format(at)),
            .. lasting is { } time ? [TextEntry("for", Durations.Format(time))] : Array.Empty<Entry>(),
            new Entry(new TextNode(default, "target", "target"), targets.Length == 1 ? targets[0] : new ListNode(default, "target", targets)),
            .. rest.Entries,
        ];
        return new MapNode(default, "fault", entries);
    }

    private IEnumerable<string> Expectations() => notes.Expectations.Select(expected =>
    {
        var window = $" during {Durations.Format(Rounded(expected.From))} .. {Durations.Format(Rounded(expected.Until))}";
        var isWhole = ExpectationParser.Parse(expected.Text).Expectation is { When: null, Metric.WholeRun: true };
        return FlowYaml.Write(new TextNode(default, "expect", expected.Text + (isWhole ? "" : window)));
    });

    private void WriteList(string key, IEnumerable<string> items)
    {
        var lines = items.ToArray();
        var indent = key.Length - key.TrimStart().Length;
        Line(lines.Length == 0 ? $"{key}: []" : $"{key}:");
        foreach (var line in lines)
        {
            Line($"{new string(' ', indent + 2)}- {line}");
        }
    }

    private TimeSpan Rounded(TimeSpan at)
    {
        var since = at < _zero ? TimeSpan.Zero : at - _zero;
        return Step * Math.Round(since / Step);
    }

    private void Line(string line) => _text.Append(line.ReplaceLineEndings(" ")).Append('\n');

    private void Line(IFormatProvider format, FormattableString line) => Line(line.ToString(format));

    private static string Unique(string name, HashSet<string> taken)
    {
        var unique = name;
        for (var number = 2; !taken.Add(unique); number++)
        {
            unique = $"{name}-{number}";
        }

        return unique;
    }

    private static Node NodeOf(JsonElement json, string label) => JsonTree.Read(json, label, new Problems(""))!;

    private static Entry TextEntry(string key, string text) => new(new TextNode(default, key, key), new TextNode(default, key, text));
}
