using System.Management.Automation;

namespace LBTool.PowerShell.Cmdlets;

/// <summary>What all cmdlets share: errors with an id and advice, and an end when the user presses Ctrl-C.</summary>
public abstract class LBChaosCmdlet : PSCmdlet, IDisposable
{
    private readonly CancellationTokenSource _stop = new();

    /// <summary>Cancelled when the cmdlet is to end.</summary>
    private protected CancellationToken StopToken => _stop.Token;

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <inheritdoc/>
    protected sealed override void BeginProcessing() => Guard(Begin);

    /// <inheritdoc/>
    protected sealed override void ProcessRecord() => Guard(Process);

    /// <inheritdoc/>
    protected sealed override void EndProcessing() => Guard(End);

    /// <inheritdoc/>
    protected sealed override void StopProcessing() => _stop.Cancel();

    /// <summary>Before the first object of the pipeline.</summary>
    private protected virtual void Begin()
    {
    }

    /// <summary>For each object of the pipeline.</summary>
    private protected virtual void Process()
    {
    }

    /// <summary>After the last object of the pipeline.</summary>
    private protected virtual void End()
    {
    }

    /// <summary>Does something for one of several objects: what goes wrong with it is said, and the others get their turn.</summary>
    private protected void Each<T>(IEnumerable<T> objects, Action<T> action)
    {
        foreach (var one in objects)
        {
            try
            {
                action(one);
            }
            catch (LBChaosException exception) when (!exception.EndsAll)
            {
                WriteError(exception.ToRecord());
            }
        }
    }

    /// <summary>Waits, and ends early when the cmdlet is to end.</summary>
    private protected void Wait(TimeSpan time)
    {
        if (StopToken.WaitHandle.WaitOne(time))
        {
            throw new PipelineStoppedException();
        }
    }

    /// <summary>The full path of what may be a path of any of PowerShell's drives.</summary>
    private protected string Resolve(string path) => GetUnresolvedProviderPathFromPSPath(path);

    private protected virtual void Dispose(bool disposing)
    {
        if (disposing)
        {
            _stop.Dispose();
        }
    }

    private void Guard(Action action)
    {
        try
        {
            action();
        }
        catch (LBChaosException exception)
        {
            ThrowTerminatingError(exception.ToRecord());
        }
        catch (OperationCanceledException) when (StopToken.IsCancellationRequested)
        {
            throw new PipelineStoppedException();
        }
    }
}
