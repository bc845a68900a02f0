using System.Collections.Immutable;
using LBTool.Core.Scenarios;
using LBTool.Core.Scenarios.Checks;
using LBTool.Core.Scenarios.Keys;
using LBTool.Core.Scenarios.Reading;

namespace LBTool.Core.Sessions;

/// <summary>A fault that is to begin now.</summary>
public sealed class FaultRequest
{
    private readonly Located<TargetDraft> _target;

    internal FaultRequest(Fault fault, Located<TargetDraft> target) => (Fault, _target) = (fault, target);

    /// <summary>What it says; its name is empty when it has none.</summary>
    public Fault Fault { get; }

    /// <summary>What is wrong with it in a pool of these backends, and the names that it may hit; no problem when it fits.</summary>
    /// <param name="backends">All of the pool.</param>
    /// <param name="external">Whether a Toxiproxy server does the faults of the links, which cannot do all of them.</param>
    /// <param name="protocol">What is balanced, which does not have all of them.</param>
    public (ImmutableArray<string> Problems, ImmutableArray<string> Allowed) Check(
        IReadOnlyCollection<string> backends, bool external, Protocol protocol)
    {
        var problems = new Problems("");
        NameChecks.CheckTarget(_target, backends, problems);
        NameChecks.CheckReserved(Fault.Name, default, problems);
        if (external && ToxiproxyEngine.Refuses(Fault.Effect) is { } why)
        {
            problems.Add(default(Place), why);
        }

        if (ProtocolRules.Refuses(protocol, Fault.Effect) is { } whyNot)
        {
            problems.Add(default(Place), whyNot);
        }

        return ([.. problems.InOrder().Select(problem => problem.Message)], problems.Allowed);
    }
}
