using LBTool.Core.Health;

namespace LBTool.Live.Health;

/// <summary>Asks one backend how it is, again and again, one question at a time.</summary>
internal abstract class Probe : IDisposable
{
    /// <summary>Asks once. Whatever goes wrong is a result and no exception.</summary>
    /// <exception cref="System.Net.Sockets.SocketException">This process has no socket left to ask with.</exception>
    public abstract ValueTask<ProbeResult> AskAsync();

    /// <summary>Ends the question under way, whose result no longer matters; from any thread.</summary>
    public abstract void Cut();

    /// <inheritdoc/>
    public abstract void Dispose();
}
