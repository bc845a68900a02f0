using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Json;
using LBTool.Core.Expectations;
using LBTool.Core.Scenarios;
using LBTool.Core.Scenarios.Reading;

namespace LBTool.Core.Sessions;

/// <summary>
/// What people did to a session, and when: it can be written down as a scenario, so that an exploration becomes a gate.
/// Time 0 of that scenario is where the first load began. For any number of threads.
/// </summary>
/// <param name="name">Of the session.</param>
/// <param name="start">What it started from.</param>
/// <param name="seed">Of the session.</param>
public sealed class Journal(string name, SessionScenario start, ulong seed)
{
    // A scenario's moments are written with two decimals of a second.
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private readonly List<FaultEntry> _faults = [];
    private readonly List<(TimeSpan At, JsonElement Load)> _loads = [];
    private readonly List<(TimeSpan At, string Text)> _unsayable = [];
    private readonly List<(string Text, TimeSpan From, TimeSpan Until)> _expectations = [];
    private readonly List<WrittenBackend> _joined = [];
    private TimeSpan? _loadEnd;

    /// <summary>A fault began.</summary>
    /// <param name="fault">What it does.</param>
    /// <param name="written">As it was asked for.</param>
    /// <param name="backends">Those that it hits, whoever was asked for.</param>
    /// <param name="at">Time of the session.</param>
    public void Begin(Fault fault, JsonElement written, ImmutableArray<string> backends, TimeSpan at)
    {
        lock (_gate)
        {
            _faults.Add(new FaultEntry(fault, written, backends, at));
        }
    }

    /// <summary>A fault that began ended.</summary>
    public void End(string fault, TimeSpan at)
    {
        lock (_gate)
        {
            if (_faults.FindLastIndex(entry => entry.Fault.Name == fault && entry.Until is null) is >= 0 and var last)
            {
                _faults[last] = _faults[last] with { Until = at };
            }
        }
    }

    /// <summary>A load began, in the place of the one before.</summary>
    public void BeginLoad(JsonElement written, TimeSpan at)
    {
        lock (_gate)
        {
            _loads.Add((at, written));
            _loadEnd = null;
        }
    }

    /// <summary>The load ended.</summary>
    public void EndLoad(TimeSpan at)
    {
        lock (_gate)
        {
            _loadEnd = at;
        }
    }

    /// <summary>Something was expected of a stretch of time.</summary>
    public void Expect(string text, TimeSpan from, TimeSpan until)
    {
        lock (_gate)
        {
            _expectations.Add((text, from, until));
        }
    }

    /// <summary>A backend joined.</summary>
    public void Join(WrittenBackend backend, TimeSpan at)
    {
        lock (_gate)
        {
            _joined.Add(backend);
            _unsayable.Add((at, $"backend {backend.Spec.Name} joined; below it is there from the start"));
        }
    }

    /// <summary>A backend got another weight, which a scenario says as an action.</summary>
    public void SetWeight(string backend, double weight, TimeSpan at)
    {
        End($"weight-{backend}", at);
        BeginAction($"weight-{backend}", backend, new ActionEffect(BackendAction.SetWeight, Weight: weight), at);
    }

    /// <summary>A backend left, which a scenario says as an action.</summary>
    public void Leave(string backend, TimeSpan at) => BeginAction($"remove-{backend}", backend, new ActionEffect(BackendAction.Remove), at);

    /// <summary>Something happened that no scenario can say.</summary>
    /// <param name="at">Time of the session.</param>
    /// <param name="text">In words, on one line.</param>
    public void Note(TimeSpan at, string text)
    {
        lock (_gate)
        {
            _unsayable.Add((at, text));
        }
    }

    /// <summary>Writes all of it down as a scenario, which reads without problems.</summary>
    /// <param name="now">Time of the session.</param>
    public string Write(TimeSpan now)
    {
        lock (_gate)
        {
            return new Page(this, now).Write();
        }
    }

    private void BeginAction(string name, string backend, ActionEffect effect, TimeSpan at)
    {
        var weight = effect.Weight is { } value ? string.Create(CultureInfo.InvariantCulture, $",\"weight\":{value}") : "";
        using var written = JsonDocument.Parse($"{{\"action\":\"{ActionTable.Of(effect.Action).Name}\"{weight}}}");
        var fault = new Fault(name, new Moment(MomentAnchor.RunStart, null, at), null, new NamedBackends([backend]), effect);
        Begin(fault, written.RootElement.Clone(), [backend], at);
    }

    /// <summary>A fault as it happened.</summary>
    /// <param name="Fault">What it does.</param>
    /// <param name="Written">As it was asked for.</param>
    /// <param name="Backends">Those that it hits.</param>
    /// <param name="From">When it began.</param>
    private sealed record FaultEntry(Fault Fault, JsonElement Written, ImmutableArray<string> Backends, TimeSpan From)
    {
        /// <summary>When it ended; null while it acts.</summary>
        public TimeSpan? Until { get; init; }
    }

    /// <summary>One writing of the journal.</summary>
    private sealed class Page
    {
        private readonly Journal _journal;
        private readonly TimeSpan _zero;
        private readonly TimeSpan _length;
        private readonly StringBuilder _text = new();

        public Page(Journal journal, TimeSpan now)
        {
            _journal = journal;
            _zero = journal._loads.Count > 0 ? journal._loads[0].At : TimeSpan.Zero;
            var end = Rounded(journal._loadEnd ?? now);
            var last = journal._faults.Select(fault => Rounded(fault.From) + Step)
                .Concat(journal._expectations.Select(expected => Rounded(expected.Until)))
                .DefaultIfEmpty().Max();
            _length = new[] { end, last, Shortest }.Max();
        }

        public string Write()
        {
            Line($"# What was done to session {_journal.Name}; time 0 is where its first load began.");
            WriteComments();
            Line("version: 1");
            Line($"name: {FlowYaml.Write(new TextNode(default, "name", $"session {_journal.Name}"))}");
            Line(CultureInfo.InvariantCulture, $"seed: {_journal.Seed}");
            WriteTarget();
            Line($"load: {FlowYaml.Write(Load())}");
            WriteList("faults", Faults().Select(FlowYaml.Write));
            WriteList("expect", Expectations());
            return _text.ToString();
        }

        private void WriteComments()
        {
            if (_journal._loads.Count == 0)
            {
                Line("# No load was driven: the rate below is a guess.");
            }

            foreach (var (at, load) in _journal._loads.Skip(1))
            {
                Line($"# {Durations.Format(Rounded(at))}: another load, {FlowYaml.Write(NodeOf(load, "load"))}: a scenario has one, and below is the first.");
            }

            foreach (var (at, text) in _journal._unsayable)
            {
                Line($"# {Durations.Format(Rounded(at))}: {text}");
            }
        }

        private void WriteTarget()
        {
            Line("target:");
            foreach (var entry in _journal.Start.TargetMap.Entries.Where(entry => entry.Key.Text != "backends" || _journal._joined.Count == 0))
            {
                Line($"  {entry.Key.Text}: {FlowYaml.Write(entry.Value)}");
            }

            if (_journal._joined.Count > 0)
            {
                WriteList("  backends", _journal.Start.Backends.Concat(_journal._joined).Select(backend => FlowYaml.Write(backend.Map)));
            }
        }

        private MapNode Load()
        {
            var load = _journal._loads.Count == 0
                ? new MapNode(default, "load", [TextEntry("rate", "100/s")])
                : ((MapNode)NodeOf(_journal._loads[0].Load, "load")).Without("duration");
            return load.With(TextEntry("duration", Durations.Format(_length)));
        }

        // The same name may have been given again after its fault had ended, and an action done again at once.
        private IEnumerable<MapNode> Faults()
        {
            var names = new HashSet<string>();
            var free = new Dictionary<(FaultEffect, string), TimeSpan>();
            foreach (var entry in _journal._faults)
            {
                var at = entry.Backends.Select(backend => free.GetValueOrDefault((entry.Fault.Effect, backend))).Append(Rounded(entry.From)).Max();
                var until = entry.Until is { } ended ? new[] { Rounded(ended), at + Step }.Max() : (TimeSpan?)null;
                foreach (var backend in entry.Backends)
                {
                    free[(entry.Fault.Effect, backend)] = until ?? TimeSpan.MaxValue;
                }

                if (at < _length && (until is null || until > TimeSpan.Zero))
                {
                    yield return Fault(entry, Unique(entry.Fault.Name, names), at, until - at);
                }
            }
        }

        private static MapNode Fault(FaultEntry entry, string name, TimeSpan at, TimeSpan? lasting)
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

        private IEnumerable<string> Expectations() => _journal._expectations.Select(expected =>
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

    private string Name => name;

    private ulong Seed => seed;

    private SessionScenario Start => start;
}
