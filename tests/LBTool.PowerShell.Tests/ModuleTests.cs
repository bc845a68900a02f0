using System.Diagnostics;
using System.Management.Automation;
using System.Management.Automation.Runspaces;
using System.Reflection;
using System.Xml.Linq;

namespace LBTool.PowerShell.Tests;

/// <summary>The module as it is staged: manifest, cmdlets, views.</summary>
public class ModuleTests
{
    private static readonly Type[] Cmdlets = [.. typeof(Json).Assembly.GetTypes().Where(type => type.GetCustomAttribute<CmdletAttribute>() is not null)];

    public static TheoryData<string> CmdletNames => [.. Cmdlets.Select(Name)];

    [Fact]
    public void The_manifest_exports_exactly_the_cmdlets_that_there_are()
    {
        using var engine = new Engine();

        var exported = engine.Good("Get-Command -Module LBChaos | ForEach-Object Name").Select(name => (string)name.BaseObject);

        Assert.Equal(Cmdlets.Select(Name).Order(StringComparer.Ordinal), exported.Order(StringComparer.Ordinal));
        Assert.Equal(24, Cmdlets.Length);
    }

    [Fact]
    public void The_manifest_is_valid_and_every_file_that_it_names_is_there()
    {
        using var engine = new Engine();

        var module = engine.Value<PSModuleInfo>($"Test-ModuleManifest '{Built.Module}/LBChaos.psd1'");

        Assert.Equal(new Version(5, 1), module.PowerShellVersion);
        Assert.Equal(["Core", "Desktop"], module.CompatiblePSEditions.Order());
        Assert.NotEmpty(module.FileList);
        Assert.All(module.FileList, file => Assert.True(File.Exists(file), file));
        Assert.Equal(
            typeof(Json).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('-')[0], $"{module.Version}");
    }

    [Theory]
    [MemberData(nameof(CmdletNames))]
    public void Every_cmdlet_says_what_it_writes_and_asks_before_it_changes_something(string name)
    {
        var cmdlet = Cmdlets.Single(type => Name(type) == name);
        var attribute = cmdlet.GetCustomAttribute<CmdletAttribute>()!;
        string[] reading = [VerbsCommon.Get, VerbsDiagnostic.Test, VerbsDiagnostic.Measure, VerbsLifecycle.Wait, VerbsLifecycle.Assert];

        Assert.NotEmpty(cmdlet.GetCustomAttributes<OutputTypeAttribute>());
        Assert.Equal(!reading.Contains(attribute.VerbName), attribute.SupportsShouldProcess);
        Assert.Contains(attribute.VerbName, ApprovedVerbs());
    }

    [Fact]
    public void It_refers_to_nothing_but_the_standard_and_the_engine()
    {
        var references = typeof(Json).Assembly.GetReferencedAssemblies().Select(reference => reference.Name);

        Assert.Equal(["System.Management.Automation", "netstandard"], references.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Every_view_is_of_a_type_and_its_properties_that_there_are_and_every_output_has_a_table_and_a_list()
    {
        var views = XDocument.Load(Path.Combine(Built.Module, "LBChaos.format.ps1xml")).Descendants("View").ToArray();
        var shown = views.Select(view => (Type: view.Descendants("TypeName").Single().Value, Kind: view.Elements().Last().Name.LocalName)).ToArray();
        Assert.All(views, view =>
        {
            var type = typeof(Json).Assembly.GetType(view.Descendants("TypeName").Single().Value, throwOnError: true)!;
            Assert.All(view.Descendants("PropertyName"), property => Assert.NotNull(type.GetProperty(property.Value)));
            Assert.All(
                view.Descendants("ScriptBlock").SelectMany(script => Properties(script.Value)),
                property => Assert.NotNull(type.GetProperty(property)));
        });

        var outputs = Cmdlets.SelectMany(cmdlet => cmdlet.GetCustomAttributes<OutputTypeAttribute>()).SelectMany(output => output.Type)
            .Select(output => output.Type).OfType<Type>().Where(type => type.Assembly == typeof(Json).Assembly).Distinct().ToArray();
        Assert.True(outputs.Length >= 8);
        Assert.All(outputs, output => Assert.Equal(
            ["ListControl", "TableControl"], shown.Where(view => view.Type == output.FullName).Select(view => view.Kind).Order()));
    }

    [Fact]
    public void It_can_be_removed_and_imported_again()
    {
        using var engine = new Engine();

        engine.Good($"Remove-Module LBChaos; Import-Module '{Built.Module}'");

        Assert.Equal(24, engine.Good("Get-Command -Module LBChaos").Count);
    }

    [Fact]
    public async Task It_works_from_a_folder_with_spaces_and_letters_beyond_ASCII()
    {
        var folder = Directory.CreateTempSubdirectory("lbtool módule 世界 ");
        try
        {
            foreach (var file in Directory.GetFiles(Built.Module))
            {
                File.Copy(file, Path.Combine(folder.FullName, Path.GetFileName(file)));
            }

            using var host = Process.Start(new ProcessStartInfo(
                "dotnet", [Built.Host, Path.Combine(folder.FullName, "LBChaos.psd1"), "(Get-Module LBChaos).ModuleBase; (Get-LBChaosScenario slow-backend).Name"])
            {
                RedirectStandardOutput = true,
                WorkingDirectory = folder.FullName,
            })!;

            Assert.Equal([folder.FullName, "slow-backend"], (await host.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken)).Split('\n', StringSplitOptions.RemoveEmptyEntries));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public void How_long_an_import_takes_is_measured()
    {
        using var runspace = RunspaceFactory.CreateRunspace(InitialSessionState.CreateDefault2());
        runspace.Open();
        using var shell = System.Management.Automation.PowerShell.Create(runspace).AddScript($"Import-Module '{Built.Module}'");
        var watch = Stopwatch.StartNew();

        shell.Invoke();

        TestContext.Current.TestOutputHelper?.WriteLine($"import: {watch.Elapsed.TotalMilliseconds:0} ms");
        Assert.Empty(shell.Streams.Error);
    }

    private static string Name(Type cmdlet)
    {
        var attribute = cmdlet.GetCustomAttribute<CmdletAttribute>()!;
        return $"{attribute.VerbName}-{attribute.NounName}";
    }

    private static IEnumerable<string> ApprovedVerbs() =>
        typeof(VerbsCommon).Assembly.GetTypes().Where(type => type.IsClass && type.Namespace == "System.Management.Automation" && type.Name.StartsWith("Verbs", StringComparison.Ordinal))
            .SelectMany(type => type.GetFields(BindingFlags.Public | BindingFlags.Static)).Select(field => field.GetValue(null)).OfType<string>();

    private static IEnumerable<string> Properties(string script) =>
        System.Text.RegularExpressions.Regex.Matches(script, @"^[^|]*?\$_\.(?<name>\w+)").Select(match => match.Groups["name"].Value);
}
