using System.Net;
using LBTool.Core.Runs;
using LBTool.Core.Scenarios;

namespace LBTool.Live.Faults;

/// <summary>Our own fault proxy, which is in this process: nothing it does needs waiting for.</summary>
internal sealed class OwnMemberProxy(FaultProxy proxy) : IMemberProxy
{
    public IPEndPoint Listen => proxy.Listen;

    public Task AddAsync(string name, ToxicEffect toxic) =>
        proxy.TryAdd(name, toxic) ? Task.CompletedTask : throw new WorldException(
            $"The proxy of backend {proxy.Name} already has a toxic called {name}, which came through the Toxiproxy API: give it another name there");

    public Task RemoveAsync(string name) => Done(() => proxy.Remove(name));

    public Task DisableAsync() => Done(proxy.Disable);

    public Task KillAsync() => Done(proxy.Kill);

    public Task StopAsync() => Done(proxy.Stop);

    public Task EnableAsync() => Done(proxy.Enable);

    public Task PauseAsync() => Done(proxy.Pause);

    public Task ResumeAsync() => Done(proxy.Resume);

    public ValueTask DisposeAsync() => proxy.DisposeAsync();

    private static Task Done(Action act)
    {
        act();
        return Task.CompletedTask;
    }
}
