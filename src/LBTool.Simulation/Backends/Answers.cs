using LBTool.Core.HttpFaults;
using LBTool.Core.Randomness;
using LBTool.Core.Scenarios;
using LBTool.Simulation.Requests;

namespace LBTool.Simulation.Backends;

/// <summary>What a simulated backend writes when the work for a request is done, or is not even begun.</summary>
/// <param name="simulation">What there is.</param>
/// <param name="server">Whose workers write it.</param>
/// <param name="member">Where it is written to.</param>
/// <param name="errors">Says which answers are errors.</param>
internal sealed class Answers(Simulation simulation, Server server, Member member, RandomStream errors)
{
    private const string Healthy = "ok";
    private const short Ok = 200;
    private const short ServerError = 500;

    private readonly BackendSpec _spec = simulation.Plan.Scenario.Target.Backends[member.Index];

    // The answer over TCP, whatever its status; null over HTTP.
    private readonly Chunk? _line = simulation.Plan.Scenario.Target.Protocol == Protocol.Tcp
        ? Chunk.Line(simulation.Plan.Scenario.Target.Backends[member.Index].BodyBytes, simulation.Traffic.KeepsConnections)
        : null;

    private readonly BackendSpec _health = simulation.Plan.Scenario.Target.Backends[member.Index] with { BodyBytes = Healthy.Length };

    private RequestTable Requests => simulation.Requests;

    /// <summary>The work is done: the answer, or the first piece of it.</summary>
    public void Begin(int place)
    {
        ref var request = ref Requests[place];
        var fault = request.Fault?.Fault;
        if (fault is null or HttpDelay or HttpHang && _spec.Errors > 0 && errors.NextDouble() < _spec.Errors)
        {
            End(place, ServerError, _line ?? Chunk.Whole(body: 0));
            return;
        }

        var first = _line ?? Chunk.FirstOf(_spec, fault);
        if (first.Then == Then.More)
        {
            request.Status = Ok;
            Write(place, first);
        }
        else
        {
            End(place, Ok, first);
        }
    }

    /// <summary>The next piece of a slow body; when the fault has ended, the rest.</summary>
    public void GoOn(int place)
    {
        ref var request = ref Requests[place];
        var (left, fault) = (_spec.BodyBytes - request.Written, request.Fault!);
        var piece = fault.Ended.IsCancellationRequested ? left : Math.Min(((HttpSlowBody)fault.Fault).Bytes, left);
        if (piece == left)
        {
            End(place, Ok, new Chunk(0, piece, Then.Nothing));
        }
        else
        {
            Write(place, new Chunk(0, piece, Then.More));
        }
    }

    private void Write(int place, Chunk piece)
    {
        ref var request = ref Requests[place];
        request.Written += piece.Body;
        server.Schedule(place, Stage.Answered, simulation.Queue.Time + ((HttpSlowBody)request.Fault!.Fault).Every);
        member.Write(place, piece);
    }

    // The worker is free as soon as the last byte is written.
    private void End(int place, short status, Chunk last)
    {
        ref var request = ref Requests[place];
        var process = request.Process!;
        request.Stage = Stage.Elsewhere;
        request.Status = status;
        member.Write(place, last);
        server.Leave(process);
    }

    /// <summary>Answers without a worker and without a body.</summary>
    public void Fail(int place, short status)
    {
        Requests[place].Status = status;
        member.Write(place, _line ?? Chunk.Whole(body: 0));
    }

    /// <summary>Answers without a worker what a fault says.</summary>
    public void Fail(int place, HttpStatus wrong)
    {
        ref var request = ref Requests[place];
        (request.Status, request.Body) = ((short)wrong.Status, wrong.Body);
        member.Write(place, Chunk.Of(wrong));
    }

    /// <summary>Does its part of a TLS handshake.</summary>
    public void ShakeHands(int place) => member.Write(place, Chunk.Handshake);

    /// <summary>Answers a probe of the health endpoint.</summary>
    public void SayHealthy(int place)
    {
        ref var request = ref Requests[place];
        (request.Stage, request.Status, request.Body) = (Stage.Elsewhere, Ok, Healthy);
        member.Write(place, Chunk.FirstOf(_health, request.Fault?.Fault));
    }
}
