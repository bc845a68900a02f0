using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.Reflection;
using LBTool.Cli.Commands;
using LBTool.Core.Runs;
using LBTool.Live.Sessions;

namespace LBTool.Cli;

/// <summary>The command line as a whole: the tree of verbs, and the one place where every way to end becomes an exit code.</summary>
internal static class App
{
    private static readonly ParserConfiguration Parsing = new() { ResponseFileTokenReplacer = null };

    /// <summary>The version of this lbtool, e.g. <c>0.1.0</c>.</summary>
    public static string Version { get; } = typeof(App).Assembly
        .GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;

    /// <summary>Runs one command line; returns its exit code and throws nothing.</summary>
    public static async Task<int> RunAsync(IReadOnlyList<string> args, Terminal terminal)
    {
        var root = CreateRoot(terminal);
        var parsed = root.Parse(GoFlags.Translate(args), Parsing);
        if (args.Count == 0)
        {
            // Not 0: in a pipeline, a command line that came out empty must not look like a pass.
            root.Parse(["--help"]).Invoke(new InvocationConfiguration { Output = terminal.Error });
            return ExitCodes.Usage;
        }

        if (parsed.Action is ParseErrorAction || UsageErrors.WrongPosition(parsed) is not null)
        {
            UsageErrors.Write(parsed, terminal.Error);
            return ExitCodes.Usage;
        }

        // Signals are ours: System.CommandLine would give a roll-back two seconds, and forget which signal came.
        var configuration = new InvocationConfiguration
        {
            Output = terminal.Output,
            Error = terminal.Error,
            EnableDefaultExceptionHandler = false,
            ProcessTerminationTimeout = null,
        };
        try
        {
            return await parsed.InvokeAsync(configuration, terminal.Signals.Stop);
        }
        catch (OperationCanceledException) when (terminal.Signals.ExitCode != 0)
        {
            return terminal.Signals.ExitCode;
        }
        catch (Exception exception)
        {
            return Report(exception, terminal, SharedOptions.IsVerbose(parsed));
        }
    }

    /// <summary>Tells what went wrong; returns the exit code for it.</summary>
    public static int Report(Exception exception, Terminal terminal, bool verbose)
    {
        switch (exception)
        {
            case Failure failure:
                terminal.Error.WriteLine(failure.Message);
                return failure.ExitCode;
            case WorldException:
                terminal.Error.WriteLine($"lbtool: {exception.Message}");
                return ExitCodes.Environment;
            case Refusal refusal:
                terminal.Error.WriteLine($"lbtool: {refusal.Message}");
                return refusal.Kind == RefusalKind.Impossible ? ExitCodes.Environment : ExitCodes.Usage;
            default:
                terminal.Error.WriteLine(verbose
                    ? $"lbtool: internal error: {exception}"
                    : $"lbtool: internal error: {exception.Message} (--verbose shows where)");
                return ExitCodes.Internal;
        }
    }

    /// <summary>The tree of verbs.</summary>
    public static RootCommand CreateRoot(Terminal terminal)
    {
        var root = new RootCommand("How does a load balancer behave when backends slow down, fail, flap or come back?")
        {
            RunCommand.Create(terminal),
            SimulateCommand.Create(terminal),
            CompareCommand.Create(terminal),
            CheckCommand.Create(terminal),
            ExplainCommand.Create(terminal),
            ReportCommand.Create(terminal),
            StartCommand.Create(terminal),
            SessionsCommand.Create(terminal),
            StatusCommand.Create(terminal),
            StopCommand.Create(terminal),
            BackendCommand.Create(terminal),
            DrainCommand.Create(terminal),
            DisableCommand.Create(terminal),
            EnableCommand.Create(terminal),
            FaultCommand.Create(terminal),
            LoadCommand.Create(terminal),
            EventsCommand.Create(terminal),
            ExpectCommand.Create(terminal),
            RecordCommand.Create(terminal),
            ToxiproxyCommand.Create(terminal),
            ScenariosCommand.Create(terminal),
            AlgorithmsCommand.Create(terminal),
            ToxicsCommand.Create(terminal),
            SchemaCommand.Create(terminal),
            CompletionsCommand.Create(terminal),
            VersionCommand.Create(terminal),
            SharedOptions.Verbose(),
        };
        root.HelpName = "lbtool";

        // Without the aliases of Windows: /h is a path elsewhere.
        root.Options.Remove(root.Options.OfType<HelpOption>().Single());
        root.Add(new HelpOption("--help", "-h", "-?") { Action = new HelpWithExamples() });
        return root;
    }
}
