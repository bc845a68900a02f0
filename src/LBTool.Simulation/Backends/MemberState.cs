using LBTool.Core.Faults;
using LBTool.Core.HttpFaults;
using LBTool.Core.Plans;
using LBTool.Core.Scenarios;

namespace LBTool.Simulation.Backends;

/// <summary>
/// Whether a member is down or silent, and what each fault changes about it: as the real one (LBTool.Live.LiveMember).
/// </summary>
internal sealed class MemberState(Member member, Links? links)
{
    // Names of the faults that keep it down or silent: it comes back when the last of them has ended.
    private readonly HashSet<string> _down = [];
    private readonly HashSet<string> _paused = [];
    private bool _stopped;

    /// <summary>It refuses connections.</summary>
    public bool IsDown => _down.Count > 0;

    /// <summary>It neither hears nor says anything.</summary>
    public bool IsPaused => _paused.Count > 0;

    /// <summary>Makes a fault act.</summary>
    public void Begin(PlannedFault fault)
    {
        switch (fault.Effect)
        {
            case ToxicEffect toxic:
                links!.Add(fault.Name, toxic);
                break;
            case HttpEffect http:
                member.Server.Add(fault.Name, http);
                break;
            case ActionEffect action:
                Begin(fault.Name, action);
                break;
            default:
                throw new NotSupportedException($"the simulator does not know the fault {fault.Effect}");
        }
    }

    /// <summary>Takes a fault back, if it acts.</summary>
    public void End(PlannedFault fault)
    {
        links?.Remove(fault.Name);
        member.Server.Remove(fault.Name);
        if (_paused.Remove(fault.Name) && !IsPaused)
        {
            member.Resume();
        }

        if (_down.Remove(fault.Name) && !IsDown)
        {
            ComeBack(wasKilled: fault.Effect is ActionEffect { Action: BackendAction.Kill });
        }
    }

    private void Begin(string fault, ActionEffect effect)
    {
        switch (effect.Action)
        {
            case BackendAction.Kill:
                _down.Add(fault);
                Die();
                break;
            case BackendAction.Restart:
                Die();
                break;
            case BackendAction.Stop:
                _down.Add(fault);
                _stopped = true;
                member.EndIdle(Ending.Close);
                break;
            case BackendAction.Pause:
                _paused.Add(fault);
                break;
            case BackendAction.Down:
                _down.Add(fault);
                member.CutAll(Ending.Close);
                break;
            case BackendAction.FailHealth:
                member.Server.Add(fault, LyingHealth.FailHealth);
                break;
            case BackendAction.FailApp:
                member.Server.Add(fault, LyingHealth.FailApp);
                break;
            case BackendAction.LoseCapacity:
                member.Server.Limit(fault, effect.Workers!.Value);
                break;
            default:
                throw new NotSupportedException($"the simulator does not know the action {effect.Action}");
        }
    }

    // Whoever is lost may try again at once, and is to find the new process.
    private void Die()
    {
        member.Server.Restart();
        member.CutAll(Ending.Reset);
    }

    // It is now that the process which serves from here on starts, and is cold.
    private void ComeBack(bool wasKilled)
    {
        if (wasKilled)
        {
            member.Server.Restart();
        }

        if (_stopped)
        {
            _stopped = false;
            member.Server.Restart();
        }
    }
}
