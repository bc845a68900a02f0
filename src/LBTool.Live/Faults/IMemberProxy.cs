using System.Net;
using LBTool.Core.Runs;
using LBTool.Core.Scenarios;

namespace LBTool.Live.Faults;

/// <summary>
/// What stands between the balancer and one backend, as a run uses it: our own fault proxy, or one of a Toxiproxy
/// server. On return each call has taken effect, on open connections too.
/// </summary>
/// <remarks>All of them throw <see cref="WorldException"/> when they fail.</remarks>
internal interface IMemberProxy : IAsyncDisposable
{
    /// <summary>Where the balancer connects to.</summary>
    IPEndPoint Listen { get; }

    Task AddAsync(string name, ToxicEffect toxic);

    /// <summary>Does nothing when no toxic of this name was added here.</summary>
    Task RemoveAsync(string name);

    /// <summary>Refuses connects, closes what is open.</summary>
    Task DisableAsync();

    /// <summary>Refuses connects, resets what is open.</summary>
    Task KillAsync();

    /// <summary>Refuses connects; what is open ends by itself.</summary>
    Task StopAsync();

    /// <summary>Accepts connects again.</summary>
    Task EnableAsync();

    /// <summary>Accepts connects, and lets nothing pass.</summary>
    Task PauseAsync();

    /// <summary>Ends a pause; nothing is lost.</summary>
    Task ResumeAsync();
}
