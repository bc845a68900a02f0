using System.Management.Automation;

namespace LBTool.PowerShell;

/// <summary>
/// Why a cmdlet could not do its work: the table of error ids. An error record's id is <c>LBChaos.</c> and the name; docs/powershell.md
/// lists them.
/// </summary>
/// <param name="Name">What a script compares with, after <c>LBChaos.</c>.</param>
/// <param name="Category">PowerShell's own word for it.</param>
/// <param name="Advice">What to do about it.</param>
internal sealed class Reason(string Name, ErrorCategory Category, string Advice)
{
    public static readonly Reason LbtoolNotFound = new("LbtoolNotFound", ErrorCategory.NotInstalled,
        "Install it, or name its file with -LbtoolPath or $env:LBTOOL_PATH.");

    public static readonly Reason LbtoolTooOld = new("LbtoolTooOld", ErrorCategory.NotInstalled,
        "Use the lbtool and the module of one version: 'dotnet tool update --global lbtool', then Import-Module LBChaos -Force.");

    public static readonly Reason SessionNotFound = new("SessionNotFound", ErrorCategory.ObjectNotFound,
        "Start one with Start-LBChaos; Get-LBChaos lists those that run.");

    public static readonly Reason SessionAmbiguous = new("SessionAmbiguous", ErrorCategory.InvalidArgument,
        "Name one of them with -Session.");

    public static readonly Reason StartFailed = new("StartFailed", ErrorCategory.OpenError,
        "Read the message of lbtool; a busy port or name needs another one with -Port or -Name.");

    public static readonly Reason BackendNotFound = new("BackendNotFound", ErrorCategory.ObjectNotFound,
        "Get-LBChaosBackend lists the backends.");

    public static readonly Reason FaultNotFound = new("FaultNotFound", ErrorCategory.ObjectNotFound,
        "Get-LBChaosFault lists the faults that act.");

    public static readonly Reason AlreadyExists = new("AlreadyExists", ErrorCategory.ResourceExists,
        "Choose another name, or remove what has it.");

    public static readonly Reason BadRequest = new("BadRequest", ErrorCategory.InvalidArgument,
        "Mend the argument as the message says.");

    public static readonly Reason AccessDenied = new("AccessDenied", ErrorCategory.PermissionDenied,
        "The session was started again or by someone else: Get-LBChaos lists those that can be used.");

    public static readonly Reason TimedOut = new("TimedOut", ErrorCategory.OperationTimeout,
        "Wait longer with -Timeout, or look with Get-LBChaosBackend why it does not come.");

    public static readonly Reason AssertionFailed = new("AssertionFailed", ErrorCategory.InvalidResult,
        "The error's TargetObject has the values that were measured.");

    public static readonly Reason AssertionInconclusive = new("AssertionInconclusive", ErrorCategory.InvalidResult,
        "Too little was measured to say: give it more load or a longer window. A doubt is never a pass.");

    public static readonly Reason ScenarioNotFound = new("ScenarioNotFound", ErrorCategory.ObjectNotFound,
        "Name a scenario file or a built-in scenario: Get-LBChaosScenario lists them.");

    public static readonly Reason InvalidScenario = new("InvalidScenario", ErrorCategory.InvalidArgument,
        "Mend what the message names; Test-LBChaosScenario shows all problems of a scenario.");

    public static readonly Reason Environment = new("Environment", ErrorCategory.ResourceUnavailable,
        "The message says what lbtool could not have: a port, a file, a backend.");

    public static readonly Reason Internal = new("Internal", ErrorCategory.NotSpecified,
        "This is a defect of lbtool: report the message with the output of 'lbtool version'.");

    public static readonly Reason FileExists = new("FileExists", ErrorCategory.ResourceExists,
        "Name another file, or overwrite it with -Force.");

    public static readonly Reason PesterNotLoaded = new("PesterNotLoaded", ErrorCategory.NotInstalled,
        "Import-Module Pester (5 or later) first; 'Install-Module Pester' brings it.");

    /// <summary>All of them, for documentation and tests.</summary>
    public static IReadOnlyList<Reason> All { get; } =
    [
        LbtoolNotFound, LbtoolTooOld, SessionNotFound, SessionAmbiguous, StartFailed, BackendNotFound, FaultNotFound, AlreadyExists,
        BadRequest, AccessDenied, TimedOut, AssertionFailed, AssertionInconclusive, ScenarioNotFound, InvalidScenario,
        Environment, Internal, FileExists, PesterNotLoaded,
    ];

    public string Id { get; } = $"LBChaos.{Name}";

    public ErrorCategory Category { get; } = Category;

    public string Advice { get; } = Advice;

    /// <summary>Whether the next object of a pipeline would meet the same: where the session or lbtool itself is missing.</summary>
    public bool EndsAll => Category is ErrorCategory.NotInstalled or ErrorCategory.PermissionDenied || this == SessionNotFound || this == SessionAmbiguous;
}
