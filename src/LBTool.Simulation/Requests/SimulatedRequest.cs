using LBTool.Core.Affinity;
using LBTool.Core.Balancing;
using LBTool.Core.Health;
using LBTool.Core.HttpFaults;
using LBTool.Core.Limits;
using LBTool.Core.Measurements;
using LBTool.Simulation.Backends;

namespace LBTool.Simulation.Requests;

/// <summary>One request under way. Times are ticks of the run.</summary>
internal struct SimulatedRequest
{
    /// <summary>Its number, from 1; below 0 for a probe, 0 when this place is free.</summary>
    public long Number;

    /// <summary>When the schedule wanted it sent.</summary>
    public long Intended;

    /// <summary>When it was sent.</summary>
    public long Sent;

    /// <summary>When the first byte of an answer came to the balancer; −1 before.</summary>
    public long FirstByte;

    /// <summary>When the balancer last heard of the backend.</summary>
    public long Heard;

    /// <summary>When its backend goes on with it; −1 when nothing is scheduled.</summary>
    public long WorkAt;

    /// <summary>Valid while <see cref="Leased"/>.</summary>
    public Lease Lease;

    /// <summary>The member that it was sent to; <see cref="RequestTable.NoMember"/> while nothing is asked of any.</summary>
    public int Member;

    /// <summary>What a probe asks for; null for a request, see <see cref="Traffic"/>.</summary>
    public HttpProbe? Probe;

    /// <summary>How far the TLS of its connection is, which carries nothing else.</summary>
    public TlsStep Tls;

    /// <summary>What the body of an answer to a probe says, as far as anybody looks.</summary>
    public string? Body;

    /// <summary>The place of its lease's record.</summary>
    public long Record;

    /// <summary>The connection to the backend, where one has toxics; else null.</summary>
    public Connection? Connection;

    /// <summary>Its place in the line, while every backend is full; else null.</summary>
    public Waiter? Waiter;

    /// <summary>Backends that were tried for it, by index; null when there was one try at most.</summary>
    public List<int>? Tried;

    /// <summary>The process that it has reached; null before.</summary>
    public Process? Process;

    /// <summary>The HTTP fault that hits it; null for none.</summary>
    public ActiveHttpFault? Fault;

    /// <summary>The session's id that it carries; null for none.</summary>
    public string? Session;

    /// <summary>The session's id that the backend of this try has given; null for none.</summary>
    public string? GivenSession;

    /// <summary>Index of the backend that its cookie names; null for none.</summary>
    public int? Token;

    /// <summary>Bytes of the body that its backend has written.</summary>
    public int Written;

    /// <summary>Changes whenever events that are scheduled for it lose their meaning.</summary>
    public int Stamp;

    /// <summary>The virtual user who waits for it; −1 in the open model. In a free place: the next free one.</summary>
    public int User;

    /// <summary>Status that is on its way to the client.</summary>
    public short Status;

    /// <summary>Which try it is, from 1; 0 before the first.</summary>
    public byte Try;

    /// <summary>The balancer that has it, from 0.</summary>
    public short Balancer;

    /// <summary>Whether it is a health check's, and no client's.</summary>
    public readonly bool IsProbe => Number < 0;

    /// <summary>How its TCP connection ended without a whole answer; <see cref="RequestOutcome.Ok"/> when it did not.</summary>
    public RequestOutcome Loss;

    /// <summary>What became of its session at the balancer.</summary>
    public SessionPick Pick;

    /// <summary>Whether the balancer waits for a backend.</summary>
    public bool Leased;

    /// <summary>Whether a part of the answer's body has gone to the client.</summary>
    public bool BodySeen;

    /// <summary>Where in the backend it is.</summary>
    public Stage Stage;
}

/// <summary>How far the TLS of a connection is.</summary>
internal enum TlsStep : byte
{
    /// <summary>It speaks clear text.</summary>
    None,

    /// <summary>What is on its way is the handshake, there and back once.</summary>
    Handshake,

    /// <summary>What is on its way is what it was made for.</summary>
    Secured,
}

/// <summary>Where a request is, as its backend sees it.</summary>
internal enum Stage : byte
{
    /// <summary>Not there: on its way, or already answered.</summary>
    Elsewhere,

    /// <summary>Arrived in a pause of its process.</summary>
    Stalled,

    /// <summary>At the health endpoint, which needs no worker.</summary>
    Probed,

    /// <summary>In line.</summary>
    Queued,

    /// <summary>On a worker that a fault holds.</summary>
    Held,

    /// <summary>Being served.</summary>
    Serving,

    /// <summary>Being answered, piece by piece.</summary>
    Answered,
}
