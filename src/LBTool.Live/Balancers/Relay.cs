using System.Net.Sockets;
using LBTool.Core.Faults;
using LBTool.Live.Tcp;

namespace LBTool.Live.Balancers;

/// <summary>One direction of a balanced connection.</summary>
/// <param name="connection">Is told what happens.</param>
/// <param name="speaker">Whose bytes these are.</param>
/// <param name="source">The speaker's socket.</param>
/// <param name="destination">The other one.</param>
internal sealed class Relay(BalancedConnection connection, Speaker speaker, Socket source, Socket destination)
    : Pump(source, destination)
{
    /// <summary>Carries bytes until the end has been passed on, or the connection is over.</summary>
    public async Task RunAsync()
    {
        var ending = await PumpAsync();
        if (ending == Ending.Reset)
        {
            connection.Break(by: speaker);
        }
        else if (ending == Ending.Finish)
        {
            connection.Hear(speaker);
            if (!connection.FinishWay())
            {
                FinishDestination();
            }
        }
    }

    /// <inheritdoc/>
    protected override ValueTask<bool> TakeAsync(ReadOnlyMemory<byte> chunk)
    {
        connection.Hear(speaker);
        return SendAsync(chunk);
    }

    /// <inheritdoc/>
    protected override void LoseDestination() =>
        connection.Break(by: speaker == Speaker.Client ? Speaker.Backend : Speaker.Client);
}
