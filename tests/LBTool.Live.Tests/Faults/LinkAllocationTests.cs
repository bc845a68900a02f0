using System.Net.Sockets;

namespace LBTool.Live.Tests.Faults;

/// <summary>Allocations can only be counted for the whole process, so nothing else may run beside.</summary>
[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public class Alone;

[Collection(nameof(Alone))]
public class LinkAllocationTests
{
    private const int RoundTrips = 2_000;
    private const int Attempts = 10;

    [Fact]
    public async Task A_link_without_toxics_allocates_nothing_for_a_chunk()
    {
        await using var wire = Wire.Open();
        var (client, server) = await wire.ConnectAsync();
        var least = long.MaxValue;
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            var before = GC.GetTotalAllocatedBytes(precise: true);
            await RoundTripsAsync(client, server, Peer.Deadline());
            least = Math.Min(least, GC.GetTotalAllocatedBytes(precise: true) - before);
        }

        // The smallest object has 24 bytes, and a round trip is two chunks. What tests before this one still finish may
        // allocate too, but not in each attempt.
        Assert.InRange(least, 0, (24 * RoundTrips) - 1);
    }

    // All in one method: each await of another one would allocate when it waits.
    private static async Task RoundTripsAsync(Socket client, Socket server, CancellationToken stop)
    {
        var buffer = new byte[200];
        for (var message = 0; message < 2 * RoundTrips; message++)
        {
            var (from, to) = message % 2 == 0 ? (client, server) : (server, client);
            await from.SendAsync(buffer.AsMemory(), stop);
            for (var got = 0; got < buffer.Length;)
            {
                // Not Assert: it allocates.
                got += await to.ReceiveAsync(buffer.AsMemory(got), stop) is > 0 and var count ? count : throw new EndOfStreamException();
            }
        }
    }
}
