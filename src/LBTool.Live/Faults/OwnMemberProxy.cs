using System.Net;
using System.Net.Sockets;
using LBTool.Core.Runs;
using LBTool.Core.Scenarios;

namespace LBTool.Live.Faults;

/// <summary>Our own fault proxy, which is in this process: nothing it does needs waiting for.</summary>
internal sealed class OwnMemberProxy(FaultProxy proxy) : IMemberProxy
{
    // Another of the same name, which came through the Toxiproxy API, is not ours to remove.
    private readonly HashSet<string> _added = [];

    public IPEndPoint Listen => proxy.Listen;

    public Task AddAsync(string name, ToxicEffect toxic)
    {
        if (!proxy.TryAdd(name, toxic))
        {
            throw new WorldException(
                $"The proxy of backend {proxy.Name} already has a toxic called {name}, which came through the Toxiproxy API: give it another name there");
        }

        _added.Add(name);
        return Task.CompletedTask;
    }

    public Task RemoveAsync(string name) => Done(() => _ = _added.Remove(name) && proxy.Remove(name));

    public Task DisableAsync() => Done(proxy.Disable);

    public Task KillAsync() => Done(proxy.Kill);

    public Task StopAsync() => Done(proxy.Stop);

    public Task EnableAsync() => Done(proxy.Enable);

    public Task PauseAsync() => Done(proxy.Pause);

    public Task ResumeAsync() => Done(proxy.Resume);

    public ValueTask DisposeAsync() => proxy.DisposeAsync();

    private Task Done(Action act)
    {
        try
        {
            act();
            return Task.CompletedTask;
        }
        catch (SocketException failure)
        {
            throw new WorldException($"The fault proxy {proxy.Name} cannot listen on {proxy.Listen}: {failure.Message}", failure);
        }
    }
}
