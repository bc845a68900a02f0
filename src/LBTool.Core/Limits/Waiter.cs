using LBTool.Core.Affinity;
using LBTool.Core.Balancing;

namespace LBTool.Core.Limits;

/// <summary>One request in a <see cref="WaitingLine"/>.</summary>
/// <param name="context">Whom it is for.</param>
/// <param name="session">Its session, whose backend it waits for; without one any will do.</param>
/// <param name="served">
/// Called when its turn has come, once, by whoever made the room: with its lease and what became of its session, or without
/// one when that was lost and is refused. Must not block.
/// </param>
public sealed class Waiter(PickContext context, SessionClaim session, Action<Lease, SessionPick> served)
{
    // Changed by the one who serves the line.
    internal SessionClaim Session = session;

    internal PickContext Context => context;

    /// <summary>Its place in the order in which all came.</summary>
    internal long Number { get; set; }

    /// <summary>The backend under which it waits; null: any.</summary>
    internal Backend? WaitsFor { get; set; }

    internal void Served(Lease lease, SessionPick pick) => served(lease, pick);
}
