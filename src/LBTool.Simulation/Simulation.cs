using LBTool.Core.Faults;
using LBTool.Core.Measurements;
using LBTool.Core.Plans;
using LBTool.Simulation.Backends;
using LBTool.Simulation.Requests;
using LBTool.Simulation.Time;

namespace LBTool.Simulation;

/// <summary>
/// What there is in a simulation, and the one place where an event finds whom it concerns.
/// <code>
///   Clients ──► BalancerNode ──► Member (links with toxics ──► Server), one for each backend
/// </code>
/// </summary>
internal sealed class Simulation
{
    public Simulation(RunPlan plan, SimulationOptions options, Recording? recording)
    {
        Plan = plan;
        Hop = options.NetworkDelay.Ticks;
        Recording = recording;
        Traffic = new Traffic(plan);
        Members = [.. plan.Scenario.Target.Backends.Select((_, index) => new Member(this, index))];
        Balancer = new BalancerNode(this);
        Clients = new Clients(this);
    }

    public RunPlan Plan { get; }

    /// <summary>Where requests are written down; null: nowhere.</summary>
    public Recording? Recording { get; }

    /// <summary>Ticks that a message takes between two of the parties.</summary>
    public long Hop { get; }

    /// <summary>What requests carry.</summary>
    public Traffic Traffic { get; }

    public EventQueue Queue { get; } = new();

    public RequestTable Requests { get; } = new();

    public Clients Clients { get; }

    public BalancerNode Balancer { get; }

    public Member[] Members { get; }

    /// <summary>Connections by their number; null where one has closed.</summary>
    public List<Connection?> Connections { get; } = [];

    /// <summary>The member that a request or probe was sent to.</summary>
    public Member MemberOf(int place) => Members[Requests[place].Member];

    /// <summary>Makes an event happen; a <see cref="EventKind.Wait"/> is not its business.</summary>
    public void Handle(in SimulatedEvent happening)
    {
        var place = happening.Target;
        switch (happening.Kind)
        {
            case EventKind.Arrival:
                Clients.Arrive();
                break;
            case EventKind.UserTurn:
                Clients.TakeTurn(place);
                break;
            case EventKind.ClientDeadlines:
                Clients.Expire();
                break;
            case EventKind.BalancerDeadlines:
                Balancer.Expire();
                break;
            case EventKind.IdleDeadlines:
                Balancer.ExpireIdle();
                break;
            case EventKind.Ramp:
                Balancer.Ramp(place);
                break;
            case EventKind.DrainDeadline:
                Balancer.Cut(place);
                break;
            case EventKind.Probe:
                Balancer.Prober!.Start(place);
                break;
            case EventKind.Health:
                Balancer.Advance(place);
                break;
            case EventKind.Link:
                Connections[place]?.Wake(happening.Stamp);
                break;
            default:
                if (Requests[place].Stamp == happening.Stamp)
                {
                    HandleRequest(happening.Kind, place);
                }

                break;
        }
    }

    /// <summary>A whole answer is there: for the balancer, or for its prober.</summary>
    public void TakeAnswer(int place)
    {
        if (Requests[place].IsProbe)
        {
            Balancer.Prober!.TakeAnswer(place);
        }
        else
        {
            Balancer.TakeAnswer(place);
        }
    }

    /// <summary>A connection was refused: to the balancer, or to its prober.</summary>
    public void TakeRefusal(int place)
    {
        if (Requests[place].IsProbe)
        {
            Balancer.Prober!.TakeRefusal(place);
        }
        else
        {
            Balancer.TakeRefusal(place);
        }
    }

    /// <summary>A connection broke: the balancer's, or its prober's.</summary>
    public void TakeBreak(int place, Ending ending)
    {
        if (Requests[place].IsProbe)
        {
            Balancer.Prober!.TakeBreak(place);
        }
        else
        {
            Balancer.TakeBreak(place, ending);
        }
    }

    private void HandleRequest(EventKind kind, int place)
    {
        switch (kind)
        {
            case EventKind.Forward:
                Balancer.Forward(place);
                break;
            case EventKind.Reach:
                MemberOf(place).Reach(place);
                break;
            case EventKind.Work:
                MemberOf(place).Server.Work(place);
                break;
            case EventKind.Answered:
                TakeAnswer(place);
                break;
            case EventKind.ProbeDeadline:
                Balancer.Prober!.Expire(place);
                break;
            case EventKind.QuietBackend:
                Balancer.Expire(place);
                break;
            case EventKind.TryDeadline:
                Balancer.ExpireTry(place);
                break;
            case EventKind.QueueTimeout:
                Balancer.ExpireWait(place);
                break;
            case EventKind.Delivered:
                Clients.TakeAnswer(place);
                break;
        }
    }
}
