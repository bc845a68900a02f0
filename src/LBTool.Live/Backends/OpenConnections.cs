using System.Collections.Concurrent;
using LBTool.Live.Http;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;

namespace LBTool.Live.Backends;

/// <summary>The connections that clients have open to a server, so that all of them can be ended, gently or not.</summary>
internal sealed class OpenConnections
{
    private readonly ConcurrentDictionary<ConnectionContext, TaskCompletionSource> _open = new();
    private volatile bool _welcome = true;

    /// <summary>New connections are served; when false they are reset.</summary>
    public bool Welcome { get => _welcome; set => _welcome = value; }

    /// <summary>Goes around the handling of each connection.</summary>
    public ConnectionDelegate Track(ConnectionDelegate next) => async connection =>
    {
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _open[connection] = ended;
        try
        {
            // Only now, so that a connection is either seen by CloseAsync or sees that it is not welcome.
            if (Welcome)
            {
                await next(connection);
            }
            else
            {
                connection.Reset();
            }
        }
        finally
        {
            _open.TryRemove(connection, out _);
            ended.SetResult();
        }
    };

    /// <summary>Resets all of them, at once.</summary>
    public void Reset()
    {
        foreach (var connection in _open.Keys)
        {
            connection.Reset();
        }
    }

    /// <summary>
    /// Closes idle connections now and others after their last answer, which says so
    /// (<c>Connection: close</c>, or GOAWAY). Returns when none is left.
    /// </summary>
    public Task CloseAsync()
    {
        foreach (var connection in _open.Keys)
        {
            connection.Features.Get<IConnectionLifetimeNotificationFeature>()?.RequestClose();
        }

        return Task.WhenAll(_open.Values.Select(ended => ended.Task));
    }
}
