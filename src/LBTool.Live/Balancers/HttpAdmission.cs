using System.Runtime.InteropServices;
using LBTool.Core.Affinity;
using LBTool.Core.Balancing;
using LBTool.Core.Limits;
using LBTool.Live.Timing;
using Microsoft.AspNetCore.Http;

namespace LBTool.Live.Balancers;

/// <summary>Lets HTTP requests in: finds their sessions, waits for their turn, and says why there is none.</summary>
/// <param name="admission">The rules.</param>
/// <param name="sessions">Whose requests stay with their backend; null: nobody's.</param>
/// <param name="patience">How long a request waits at most when all backends are full.</param>
/// <param name="clock">Time of the run.</param>
internal sealed class HttpAdmission(Admission admission, Sessions? sessions, TimeSpan patience, RunClock clock)
{
    private readonly WaitingRoom _room = new(admission, patience, clock);

    /// <summary>Takes a lease for a request, or says why there is none.</summary>
    public ValueTask<Admitted> EnterAsync(HttpContext context, PickContext pick)
    {
        var session = ClaimOf(context);
        var result = admission.Enter(ref session, pick, out var lease);
        return result == SessionPick.Full && admission.HasLine
            ? WaitAsync(context, pick, session)
            : ValueTask.FromResult(Answer(context, result, lease));
    }

    /// <summary>Takes a lease for another try of a request, or says why there is none. Nobody waits for that.</summary>
    public Admitted EnterAgain(HttpContext context, PickContext pick, List<int> tried)
    {
        var result = admission.EnterAgain(ClaimOf(context), pick, CollectionsMarshal.AsSpan(tried), out var lease);
        return Answer(context, result, lease);
    }

    private async ValueTask<Admitted> WaitAsync(HttpContext context, PickContext pick, SessionClaim session)
    {
        var (result, lease) = await _room.WaitAsync(pick, session, context.RequestAborted);
        return result is { } known ? Answer(context, known, lease) : new Admitted(default, "queue-timeout");
    }

    private SessionClaim ClaimOf(HttpContext context) => sessions?.ClaimOf(context) ?? default;

    private Admitted Answer(HttpContext context, SessionPick result, in Lease lease)
    {
        if (result == SessionPick.Assigned)
        {
            sessions?.Tell(context, lease.Backend);
        }

        return result switch
        {
            SessionPick.Refused => new Admitted(default, "session-lost"),
            SessionPick.NoBackend => new Admitted(default, "no-backend"),
            SessionPick.Full => new Admitted(default, "overflow"),
            _ => new Admitted(lease, null),
        };
    }
}

/// <summary>What became of a request that wanted a backend.</summary>
/// <param name="Lease">Its lease, unless it was refused.</param>
/// <param name="Refusal">Why it got none, in one word; else null.</param>
internal readonly record struct Admitted(Lease Lease, string? Refusal);
