using LBTool.Core.Scenarios.Keys;
using LBTool.Core.Scenarios.Reading;

namespace LBTool.Core.Scenarios.Checks;

/// <summary>Whether every fault and phase lies within the run, and those that must not meet do not.</summary>
internal sealed class TimelineChecks(ScenarioDraft draft, Scenario scenario, Problems problems)
{
    private readonly TimeSpan _end = scenario.Load.Duration;
    private readonly MomentResolver _moments = new(scenario, scenario.Load.Duration);

    /// <summary>Reports what is wrong with times. Needs every name to be known, and no circles.</summary>
    public void Run()
    {
        foreach (var fault in draft.Faults)
        {
            CheckStart(fault);
        }

        foreach (var phase in draft.Phases)
        {
            CheckPhase(phase);
        }

        CheckPhasesApart();
        CheckActionsApart();
    }

    private void CheckStart(FaultDraft fault)
    {
        var start = _moments.TimeOf(fault.At!.Value)!.Value;
        if (start < TimeSpan.Zero || start >= _end)
        {
            ReportStart("at", fault.Name!, start, fault.At.Place);
        }
    }

    private void ReportStart(string key, Located<string> window, TimeSpan start, Place place) =>
        problems.Add(place, $"{key}: '{window.Value}' would begin at {Durations.Format(start)}, "
            + (start < TimeSpan.Zero ? "before the run" : $"but the run ends at {Durations.Format(_end)}"));

    private void CheckPhase(PhaseDraft phase)
    {
        var from = phase.From is null ? TimeSpan.Zero : _moments.TimeOf(phase.From.Value)!.Value;
        var until = phase.Until is null ? _end : _moments.TimeOf(phase.Until.Value)!.Value;
        if (from < TimeSpan.Zero || from >= _end)
        {
            ReportStart("from", phase.Name, from, phase.From!.Place);
        }
        else if (until > _end)
        {
            problems.Add(phase.Until!.Place, $"until: '{phase.Name.Value}' would end at {Durations.Format(until)}, "
                + $"but the run ends at {Durations.Format(_end)}; leave it out for a phase that lasts to the end");
        }
        else if (until <= from)
        {
            problems.Add((phase.Until ?? phase.From)!.Place, $"'{phase.Name.Value}' is empty: "
                + $"from {Durations.Format(from)} until {Durations.Format(until)}");
        }
    }

    private void CheckPhasesApart()
    {
        var phases = draft.Phases
            .Select(phase => (phase.Name, Window: _moments.WindowOf(phase.Name.Value)!.Value))
            .Where(phase => phase.Window.Length > TimeSpan.Zero)
            .OrderBy(phase => phase.Window.From)
            .ToList();
        for (var i = 1; i < phases.Count; i++)
        {
            var (earlier, later) = (phases[i - 1], phases[i]);
            if (later.Window.From < earlier.Window.Until)
            {
                problems.Add(later.Name.Place, $"phases overlap: {Show(earlier)} and {Show(later)}");
            }
        }
    }

    private void CheckActionsApart()
    {
        var actions = draft.Faults
            .Where(fault => fault.Fault!.Effect is ActionEffect)
            .Select(fault => (Name: fault.Name!, Window: _moments.WindowOf(fault.Name!.Value)!.Value, Draft: fault))
            .ToList();
        for (var i = 0; i < actions.Count; i++)
        {
            foreach (var earlier in actions.Take(i))
            {
                var later = actions[i];
                if (ActionOf(earlier.Draft) == ActionOf(later.Draft)
                    && Meet(earlier.Window, later.Window)
                    && SharedBackend(earlier.Draft.Fault!.Target, later.Draft.Fault!.Target) is { } shared)
                {
                    problems.Add(later.Draft.Target!.Place, $"the same action on {shared} twice at a time: "
                        + $"{Show((earlier.Name, earlier.Window))} and {Show((later.Name, later.Window))}");
                }
            }
        }
    }

    // Whatever its weight, workers or deadline: none of them could be undone while another one acts.
    private static BackendAction ActionOf(FaultDraft fault) => ((ActionEffect)fault.Fault!.Effect).Action;

    // Backends drawn at random meet for certain when they are more than the pool together; else it is left to the draw.
    private string? SharedBackend(FaultTarget a, FaultTarget b)
    {
        var pool = scenario.Target.Backends.Length;
        return (a, b) is (NamedBackends named, NamedBackends others)
            ? named.Names.Intersect(others.Names).FirstOrDefault()
            : CountOf(a, pool) + CountOf(b, pool) > pool ? "some backend" : null;
    }

    private static int CountOf(FaultTarget target, int pool) => target switch
    {
        NamedBackends named => named.Names.Length,
        SomeBackends some => some.Count,
        ShareOfBackends share => share.CountOf(pool),
        _ => 0,
    };

    private static bool Meet(Window a, Window b) => a.From < b.Until && b.From < a.Until;

    private static string Show((Located<string> Name, Window Window) window) =>
        $"'{window.Name.Value}' ({Durations.Format(window.Window.From)} .. {Durations.Format(window.Window.Until)})";
}
