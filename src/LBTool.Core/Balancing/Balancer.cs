using System.Runtime.CompilerServices;

namespace LBTool.Core.Balancing;

/// <summary>
/// A rule that picks one of the available backends. Implementations are safe for any number of threads,
/// take no lock and allocate nothing in <see cref="Pick"/>. They read load; they never count it: leases do.
/// </summary>
public abstract class Balancer
{
    /// <summary>Whether backends differ by the weights that a scenario gives them; if not, all have a weight of 1.</summary>
    public virtual bool UsesWeights => true;

    /// <summary>
    /// Makes what the rule needs to know of these candidates, e.g. a table of hashes. Called for each new set before
    /// it is used, one call at a time and never by a pick, so that it may take its time.
    /// </summary>
    public virtual object? Prepare(Candidates candidates) => null;

    /// <summary>Picks one of <paramref name="candidates"/>, of which there are at least two.</summary>
    public abstract Backend Pick(Candidates candidates, in PickContext context);

    /// <summary>Told when a lease begins, after it was counted.</summary>
    /// <param name="candidates">Those of now, which may lack the backend.</param>
    /// <param name="backend">The one that was picked.</param>
    /// <param name="now">Time of the run.</param>
    public virtual void Started(Candidates candidates, Backend backend, TimeSpan now)
    {
    }

    /// <summary>Told when a lease ends, after it was taken off the count.</summary>
    /// <param name="candidates">Those of now, which may lack the backend.</param>
    /// <param name="ending">What ended, and how.</param>
    public virtual void Ended(Candidates candidates, in Ending ending)
    {
    }

    /// <summary>Told when these candidates have come into use; counts may have moved while they were prepared.</summary>
    public virtual void Published(Candidates candidates)
    {
    }
}

/// <summary>A rule that prepares something for each set of candidates.</summary>
/// <typeparam name="T">What it prepares.</typeparam>
public abstract class PreparedBalancer<T> : Balancer
    where T : class
{
    /// <inheritdoc/>
    public sealed override object Prepare(Candidates candidates) => Make(candidates);

    /// <inheritdoc/>
    public sealed override Backend Pick(Candidates candidates, in PickContext context) =>
        Pick(candidates, PreparedFor(candidates), context);

    /// <summary>See <see cref="Prepare"/>; there is at least one candidate.</summary>
    protected abstract T Make(Candidates candidates);

    /// <summary>Picks one of two or more, with what was prepared for them.</summary>
    protected abstract Backend Pick(Candidates candidates, T prepared, in PickContext context);

    /// <summary>What was prepared; candidates that are not empty only. A pool asks one balancer only, hence no check of the type.</summary>
    protected static T PreparedFor(Candidates candidates) => Unsafe.As<T>(candidates.Prepared!);
}

/// <summary>How a lease ended, for the rules that learn.</summary>
/// <param name="Backend">The backend.</param>
/// <param name="Now">Time of the run at which it ended.</param>
/// <param name="Latency">How long it lasted.</param>
/// <param name="Outcome">How it went.</param>
public readonly record struct Ending(Backend Backend, TimeSpan Now, TimeSpan Latency, LeaseOutcome Outcome)
{
    /// <summary>The backend did what was asked.</summary>
    public bool Ok => Outcome == LeaseOutcome.Ok;
}
