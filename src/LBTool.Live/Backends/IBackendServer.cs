using System.Net;
using LBTool.Core.Runs;

namespace LBTool.Live.Backends;

/// <summary>How the process of a fake backend meets its clients.</summary>
internal interface IBackendServer : IAsyncDisposable
{
    /// <summary>Where it listens, once started.</summary>
    IPEndPoint EndPoint { get; }

    /// <summary>What it does for its clients.</summary>
    Service Service { get; }

    /// <summary>New connections are served; when false they are reset.</summary>
    bool Welcome { set; }

    /// <summary>Listens on a free port of 127.0.0.1.</summary>
    /// <exception cref="WorldException">The system has no port left.</exception>
    Task StartAsync(CancellationToken stop);

    /// <summary>Resets all connections, at once.</summary>
    void Reset();

    /// <summary>Closes idle connections now and others after the last answer that they owe. Returns when none is left.</summary>
    Task CloseAsync();
}
