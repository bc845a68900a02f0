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

    /// <summary>The member on which a request has its lease.</summary>
    public Member MemberOf(int place) => Members[Requests[place].Lease.Backend.Index];

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
            case EventKind.Ramp:
                Balancer.Ramp(place);
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
                Balancer.TakeAnswer(place);
                break;
            case EventKind.QuietBackend:
                Balancer.Expire(place);
                break;
            case EventKind.Delivered:
                Clients.TakeAnswer(place);
                break;
        }
    }
}
