using LBTool.Core.Measurements;
using LBTool.Core.Randomness;
using LBTool.Core.Scenarios;
using LBTool.Live.Backends;
using LBTool.Live.Timing;

namespace LBTool.Live.Tests.Backends;

/// <summary>One backend on a real socket, and a client for it.</summary>
internal sealed class BackendRig : IAsyncDisposable
{
    private BackendRig(FakeBackend backend, Recording recording, int version)
    {
        Backend = backend;
        Recording = recording;
        Client = Rig.NewClient(backend.EndPoint, version);
    }

    public FakeBackend Backend { get; }

    public Recording Recording { get; }

    public HttpClient Client { get; }

    public static async Task<BackendRig> StartAsync(BackendSpec spec, int version = 1, ulong seed = 1)
    {
        var recording = new Recording();
        var clock = new RunClock();
        clock.Start();
        var backend = new FakeBackend(spec, index: 3, version, new RandomStream(seed), clock, recording);
        await backend.StartAsync(TestContext.Current.CancellationToken);
        return new BackendRig(backend, recording, version);
    }

    /// <summary>Sends so many requests at the same time; their answers are still to come.</summary>
    public Task<HttpResponseMessage>[] SendMany(int count) =>
        [.. Enumerable.Range(0, count).Select(_ => Client.GetAsync("/work", TestContext.Current.CancellationToken))];

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await Backend.DisposeAsync();
    }
}
