namespace LBTool.Core.Balancing;

/// <summary>The backends of one pool that are on the way to their full weight. One call at a time.</summary>
/// <param name="slowStart">How they get there; null: at once.</param>
internal sealed class Ramps(SlowStart? slowStart)
{
    private readonly Dictionary<Backend, TimeSpan> _cameUp = [];
    private bool _stepIsPlanned;

    /// <summary>A backend comes up.</summary>
    public void Begin(Backend backend, TimeSpan now)
    {
        if (slowStart is not null)
        {
            _cameUp[backend] = now;
            backend.SetShare(slowStart.ShareAt(TimeSpan.Zero));
        }
    }

    /// <summary>A backend goes away; when it comes up again it starts anew.</summary>
    public void Cancel(Backend backend) => _cameUp.Remove(backend);

    /// <summary>Brings all of them to their share of now.</summary>
    public void Step(TimeSpan now)
    {
        _stepIsPlanned = false;
        foreach (var (backend, since) in _cameUp)
        {
            backend.SetShare(slowStart!.ShareAt(now - since));
            if (now - since >= slowStart.Window)
            {
                _cameUp.Remove(backend);
            }
        }
    }

    /// <summary>
    /// When the next step is due, for the one who will see to it: null when there is none, or when somebody has been
    /// told already. One step serves all of them; it comes earlier when a ramp ends before.
    /// </summary>
    public TimeSpan? PlanStep(TimeSpan now)
    {
        if (_stepIsPlanned || _cameUp.Count == 0)
        {
            return null;
        }

        _stepIsPlanned = true;
        var (step, end) = (now + slowStart!.Step, _cameUp.Values.Min() + slowStart.Window);
        return step < end ? step : end;
    }
}
