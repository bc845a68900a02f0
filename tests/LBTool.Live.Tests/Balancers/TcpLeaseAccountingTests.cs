using System.Net;
using System.Net.Sockets;
using LBTool.Core.Balancing;
using LBTool.Live.Tcp;
using LBTool.Live.Tests.Faults;

namespace LBTool.Live.Tests.Balancers;

[Collection(Busy.Name)]
public class TcpLeaseAccountingTests
{
    private const int Connections = 10_000;
    private const int AtOnce = 50;

    // Every eighth connection each: the client resets, the backend resets, the client just leaves. One backend of four
    // refuses all. Whatever happens, every lease ends once: none is open at the end, and each try has its record.
    [Fact]
    public async Task Ten_thousand_connections_of_all_kinds_leave_no_lease_behind()
    {
        using var dead = TcpRig.Hold();
        using var listening = new CancellationTokenSource();
        Socket[] alive = [Wire.Listen(), Wire.Listen(), Wire.Listen()];
        var serving = alive.Select(listener => AcceptLoop.RunAsync(listener, () => !listening.IsCancellationRequested, socket => _ = EchoAsync(socket))).ToArray();
        await using var rig = await TcpRig.InFrontOfAsync([dead, .. alive], rule: new PowerOfTwoChoices(new(1), choices: 2));

        var next = 0;
        await Task.WhenAll(Enumerable.Range(0, AtOnce).Select(_ => Task.Run(async () =>
        {
            while (Interlocked.Increment(ref next) is var number and <= Connections)
            {
                await ConverseAsync(rig.Balancer.EndPoint, number);
            }
        })));

        await Eventually.TrueAsync(() => rig.Pool.InFlight == 0 && rig.Balancer.OpenConnections == 0, "every connection and lease has ended");
        await listening.CancelAsync();
        Array.ForEach(alive, listener => listener.Dispose());
        await Task.WhenAll(serving);

        var leases = rig.Leases;
        var refused = leases.Where(lease => lease.Outcome == LeaseOutcome.ConnectFailed).ToArray();
        Assert.Equal(Connections, leases.Length - refused.Length);
        Assert.All(refused, lease => Assert.Equal(0, lease.Backend));
        Assert.DoesNotContain(leases.Except(refused), lease => lease.Backend == 0);
        Assert.All(leases, lease => Assert.True(lease.End >= lease.Start));

        // Half of the connections end in order on both sides, so that many leases at least are ok.
        Assert.InRange(leases.Count(lease => lease.Ok), Connections / 2, Connections);
        Assert.Contains(leases, lease => lease.Outcome == LeaseOutcome.Broken);
        Assert.Contains(leases, lease => lease.Outcome == LeaseOutcome.Abandoned);
    }

    private static async Task ConverseAsync(IPEndPoint balancer, int number)
    {
        using var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await client.ConnectAsync(balancer, Peer.Deadline());
        try
        {
            await client.SayAsync(number % 8 == 1 ? "die!" : "echo");
            switch (number % 8)
            {
                case 0:
                    client.Reset();
                    break;
                case 2:
                    // Leaves, with the answer unread.
                    break;
                default:
                    client.Shutdown(SocketShutdown.Send);
                    await client.DrainAsync();
                    break;
            }
        }
        catch (SocketException)
        {
            // The backend that was to die did.
        }
    }

    private static async Task EchoAsync(Socket socket)
    {
        var buffer = new byte[16];
        try
        {
            while (await socket.ReceiveAsync(buffer, Peer.Deadline()) is > 0 and var count)
            {
                if (buffer[0] == 'd')
                {
                    socket.Reset();
                    return;
                }

                await socket.SendAsync(buffer.AsMemory(0, count));
            }

            socket.Finish();
        }
        catch (SocketException)
        {
            socket.Dispose();
        }
    }
}
