using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using LBTool.Core.Scenarios;

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
    private readonly Lock _gate = new();
    private readonly JournalNotes _notes = new();

    /// <summary>A fault began.</summary>
    /// <param name="fault">What it does.</param>
    /// <param name="written">As it was asked for.</param>
    /// <param name="backends">Those that it hits, whoever was asked for.</param>
    /// <param name="at">Time of the session.</param>
    public void Begin(Fault fault, JsonElement written, ImmutableArray<string> backends, TimeSpan at)
    {
        lock (_gate)
        {
            _notes.Faults.Add(new JournalFault(fault, written, backends, at));
        }
    }

    /// <summary>A fault that began ended.</summary>
    public void End(string fault, TimeSpan at)
    {
        lock (_gate)
        {
            if (_notes.Faults.FindLastIndex(entry => entry.Fault.Name == fault && entry.Until is null) is >= 0 and var last)
            {
                _notes.Faults[last] = _notes.Faults[last] with { Until = at };
            }
        }
    }

    /// <summary>A load began, in the place of the one before.</summary>
    public void BeginLoad(JsonElement written, TimeSpan at)
    {
        lock (_gate)
        {
            _notes.Loads.Add((at, written));
            _notes.LoadEnd = null;
        }
    }

    /// <summary>The load ended.</summary>
    public void EndLoad(TimeSpan at)
    {
        lock (_gate)
        {
            _notes.LoadEnd = at;
        }
    }

    /// <summary>Something was expected of a stretch of time.</summary>
    public void Expect(string text, TimeSpan from, TimeSpan until)
    {
        lock (_gate)
        {
            _notes.Expectations.Add((text, from, until));
        }
    }

    /// <summary>A backend joined.</summary>
    public void Join(WrittenBackend backend, TimeSpan at)
    {
        lock (_gate)
        {
            _notes.Joined.Add(backend);
            _notes.Unsayable.Add((at, $"backend {backend.Spec.Name} joined; below it is there from the start"));
        }
    }

    /// <summary>A backend got another weight, which a scenario says as an action.</summary>
    public void SetWeight(string backend, double weight, TimeSpan at)
    {
        End($"weight-{backend}", at);
        BeginAction($"weight-{backend}", backend, new ActionEffect(BackendAction.SetWeight, Weight: weight), at);
    }

    /// <summary>A backend left, which a scenario says as an action.</summary>
    public void Leave(string backend, TimeSpan at)
    {
        Enable(backend, at);
        BeginAction($"remove-{backend}", backend, new ActionEffect(BackendAction.Remove), at);
    }

    /// <summary>A backend gets nothing new, which for a scenario is the same as that it left.</summary>
    public void Disable(string backend, TimeSpan at) => BeginAction($"disable-{backend}", backend, new ActionEffect(BackendAction.Remove), at);

    /// <summary>A backend that was disabled is used again.</summary>
    public void Enable(string backend, TimeSpan at) => End($"disable-{backend}", at);

    /// <summary>Something happened that no scenario can say.</summary>
    /// <param name="at">Time of the session.</param>
    /// <param name="text">In words, on one line.</param>
    public void Note(TimeSpan at, string text)
    {
        lock (_gate)
        {
            _notes.Unsayable.Add((at, text));
        }
    }

    /// <summary>Writes all of it down as a scenario, which reads without problems.</summary>
    /// <param name="now">Time of the session.</param>
    public string Write(TimeSpan now)
    {
        lock (_gate)
        {
            return new JournalPage(name, seed, start, _notes, now).Write();
        }
    }

    private void BeginAction(string name, string backend, ActionEffect effect, TimeSpan at)
    {
        var weight = effect.Weight is { } value ? string.Create(CultureInfo.InvariantCulture, $",\"weight\":{value}") : "";
        using var written = JsonDocument.Parse($"{{\"action\":\"{ActionTable.Of(effect.Action).Name}\"{weight}}}");
        var fault = new Fault(name, new Moment(MomentAnchor.RunStart, null, at), null, new NamedBackends([backend]), effect);
        Begin(fault, written.RootElement.Clone(), [backend], at);
    }
}
