using System.Net;
using LBTool.Core.Runs;

namespace LBTool.Live.Balancers;

/// <summary>A load balancer of any protocol, as those see it who start it.</summary>
internal interface IBalancerFront : IAsyncDisposable
{
    /// <summary>Where clients come in, once started.</summary>
    IPEndPoint EndPoint { get; }

    /// <summary>Listens.</summary>
    /// <exception cref="WorldException">The address cannot be listened on, e.g. because the port is in use.</exception>
    Task StartAsync(CancellationToken stop);
}
