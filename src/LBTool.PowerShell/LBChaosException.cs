using System.Management.Automation;

namespace LBTool.PowerShell;

/// <summary>A cmdlet of LBChaos could not do its work; its error record has an id, a category, a target and advice.</summary>
public sealed class LBChaosException : Exception
{
    private readonly Reason _reason;
    private readonly object? _target;

    internal LBChaosException(Reason reason, string message, object? target = null, Exception? inner = null)
        : base(message, inner) => (_reason, _target) = (reason, target);

    /// <summary>The id of the error, such as <c>LBChaos.SessionNotFound</c>.</summary>
    public string ErrorId => _reason.Id;

    /// <summary>Whether there is no use in going on with the next object of the pipeline.</summary>
    internal bool EndsAll => _reason.EndsAll;

    internal ErrorRecord ToRecord() => new(this, _reason.Id, _reason.Category, _target)
    {
        ErrorDetails = new ErrorDetails(Message) { RecommendedAction = _reason.Advice },
    };
}
