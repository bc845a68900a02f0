using System.Management.Automation;
using LBTool.PowerShell.Output;

namespace LBTool.PowerShell.Cmdlets;

/// <summary>Writes the report of a result: JUnit for a CI system, Markdown for people, JSON for programs.</summary>
/// <remarks>Nothing is run again: the report is rendered from the result, so that one of last week can be had in another format.</remarks>
/// <example>
///   <code>Invoke-LBChaosScenario slow-backend | Export-LBChaosReport results/TEST-lbtool.xml</code>
///   <para>The format follows from the file's name.</para>
/// </example>
/// <example>
///   <code>Export-LBChaosReport -Path results/summary.json -Destination summary.md -Format markdown -Force</code>
///   <para>From a file of an earlier run.</para>
/// </example>
[Cmdlet(VerbsData.Export, "LBChaosReport", SupportsShouldProcess = true, DefaultParameterSetName = ResultSet)]
[OutputType(typeof(FileInfo))]
public sealed class ExportLBChaosReportCommand : LbtoolCmdlet
{
    private const string ResultSet = "Result";
    private const string PathSet = "Path";

    /// <summary>The file to write.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    [ValidateNotNullOrEmpty]
    public string Destination { get; set; } = "";

    /// <summary>The result of Invoke-LBChaosScenario or Invoke-LBChaosSimulation.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true, ParameterSetName = ResultSet)]
    public ScenarioResult? Result { get; set; }

    /// <summary>A summary.json of an earlier run.</summary>
    [Parameter(Mandatory = true, ParameterSetName = PathSet)]
    [ValidateNotNullOrEmpty]
    public string? Path { get; set; }

    /// <summary>json, junit or markdown; by default what the file's name ends with says: .json, .xml or .md.</summary>
    [Parameter]
    [ValidateSet("json", "junit", "markdown")]
    public string? Format { get; set; }

    /// <summary>Overwrite the file.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    private protected override void Process()
    {
        var file = new FileInfo(Resolve(Destination));
        var format = Format ?? FormatOf(file);
        if (file.Exists && !Force)
        {
            throw new LBChaosException(Reason.FileExists, $"'{file.FullName}' is there already", file.FullName);
        }

        if (ShouldProcess(file.FullName, $"write {format} report"))
        {
            Files.Write(file.FullName, Result is null ? Render(Resolve(Path!), format) : Render(Result, format));
            WriteObject(new FileInfo(file.FullName));
        }
    }

    private string Render(string summary, string format) => Run(["report", summary, "--format", format]);

    // A result is in memory only; lbtool reads files.
    private string Render(ScenarioResult result, string format)
    {
        var summary = System.IO.Path.GetTempFileName();
        try
        {
            Files.Write(summary, result.SummaryJson);
            return Render(summary, format);
        }
        finally
        {
            File.Delete(summary);
        }
    }

    private static string FormatOf(FileInfo file) => file.Extension.ToLowerInvariant() switch
    {
        ".json" => "json",
        ".xml" => "junit",
        ".md" => "markdown",
        _ => throw new LBChaosException(Reason.BadRequest, $"'{file.Name}' does not say which format: end it with .json, .xml or .md, or give -Format", file.Name),
    };
}
