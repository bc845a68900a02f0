using LBTool.Core.Scenarios.Keys;
using LBTool.Core.Scenarios.Reading;

namespace LBTool.Core.Scenarios.Checks;

/// <summary>Whether every name in a scenario is unique, and refers to something.</summary>
internal static class NameChecks
{
    /// <summary>As deep as <see cref="MomentResolver"/> follows references.</summary>
    private const int LongestChain = 64;

    /// <summary>Reports what is wrong with names and references.</summary>
    public static void Run(ScenarioDraft draft, Problems problems)
    {
        var windows = Windows(draft).ToList();
        CheckUnique(windows, problems);
        CheckBackends(draft, problems);

        // A fault whose own name is unreadable may be the one that another refers to.
        if (draft.Faults.All(fault => fault.Name is not null))
        {
            CheckReferences(windows, problems);
        }
    }

    private static IEnumerable<NamedWindow> Windows(ScenarioDraft draft) =>
    [
        .. draft.Faults.Where(fault => fault.Name is not null).Select(fault => new NamedWindow(fault.Name!, [fault.At])),
        .. draft.Phases.Select(phase => new NamedWindow(phase.Name, [phase.From, phase.Until])),
    ];

    private static void CheckUnique(List<NamedWindow> windows, Problems problems)
    {
        var first = new Dictionary<string, Place>();
        foreach (var (name, _) in windows.OrderBy(window => window.Name.Place.Line).ThenBy(window => window.Name.Place.Column))
        {
            if (!CheckReserved(name.Value, name.Place, problems))
            {
                continue;
            }

            if (!first.TryAdd(name.Value, name.Place))
            {
                problems.Add(name.Place, $"a fault or phase is already called '{name.Value}', on line {first[name.Value].Line}");
            }
        }
    }

    private static void CheckBackends(ScenarioDraft draft, Problems problems)
    {
        if (draft.Target is null)
        {
            return;
        }

        string[] backends = [.. draft.Target.Backends.Select(backend => backend.Name)];
        foreach (var target in draft.Faults.Select(fault => fault.Target).OfType<Located<TargetDraft>>())
        {
            CheckTarget(target, backends, problems);
        }
    }

    /// <summary>Reports a name that is the run's own; false then.</summary>
    public static bool CheckReserved(string name, Place place, Problems problems)
    {
        var isOwn = name is "start" or "end";
        if (isOwn)
        {
            problems.Add(place, $"'{name}' is the run's own; give this another name");
        }

        return !isOwn;
    }

    /// <summary>Reports backends that a fault hits and that do not exist.</summary>
    public static void CheckTarget(Located<TargetDraft> target, IReadOnlyCollection<string> backends, Problems problems)
    {
        foreach (var name in target.Value.Names.Where(name => !backends.Contains(name.Value)))
        {
            problems.AddUnknown(name.Place, "backend", name.Value, backends, label: "target");
        }

        if (target.Value.Target is SomeBackends some && some.Count > backends.Count)
        {
            problems.Add(target.Place, $"target: {some.Count} backends are more than there are, {backends.Count}");
        }
    }

    private static void CheckReferences(List<NamedWindow> windows, Problems problems)
    {
        var byName = windows.DistinctBy(window => window.Name.Value).ToDictionary(window => window.Name.Value);
        foreach (var moment in windows.SelectMany(window => window.References).Where(moment => !byName.ContainsKey(moment.Value.Of!)))
        {
            problems.Add(moment.Place, Unknown.Message("fault or phase", moment.Value.Of!, byName.Keys));
        }

        var lengths = new Dictionary<string, int>();
        foreach (var window in windows)
        {
            Follow(window, [], byName, lengths, problems);
        }
    }

    // Depth first. Returns how many windows stand in a row from this one on; what is known is not followed again.
    private static int Follow(
        NamedWindow window, List<string> path, Dictionary<string, NamedWindow> byName, Dictionary<string, int> lengths, Problems problems)
    {
        if (lengths.TryGetValue(window.Name.Value, out var known))
        {
            return known;
        }

        path.Add(window.Name.Value);
        var longest = 0;
        foreach (var moment in window.References.Where(moment => byName.ContainsKey(moment.Value.Of!)))
        {
            var next = moment.Value.Of!;
            if (path.IndexOf(next) is >= 0 and var from)
            {
                problems.Add(moment.Place, "the times refer to each other in a circle: "
                    + string.Join(" → ", path.Skip(from).Append(next)));
            }
            else if (path.Count < LongestChain && Follow(byName[next], path, byName, lengths, problems) is < LongestChain and var length)
            {
                longest = Math.Max(longest, length);
            }
            else
            {
                problems.Add(moment.Place, $"more than {LongestChain} times in a row refer to each other");
            }
        }

        path.RemoveAt(path.Count - 1);
        return lengths[window.Name.Value] = longest + 1;
    }

    /// <summary>A fault or phase, and the moments that place it.</summary>
    private sealed record NamedWindow(Located<string> Name, Located<Moment>?[] Moments)
    {
        /// <summary>Those moments that refer to another window.</summary>
        public IEnumerable<Located<Moment>> References => Moments.OfType<Located<Moment>>().Where(moment => moment.Value.Of is not null);
    }
}
