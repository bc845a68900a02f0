namespace LBTool.Core.Balancing;

/// <summary>
/// A rule that picks one of the available backends. Implementations are safe for any number of threads,
/// take no lock and allocate nothing in <see cref="Pick"/>. They read load; they never count it: leases do.
/// </summary>
public abstract class Balancer
{
    /// <summary>Picks one of <paramref name="available"/>, which has at least one member.</summary>
    public abstract Backend Pick(Backend[] available);
}
