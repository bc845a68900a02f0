using LBTool.Core.Runs;

namespace LBTool.Cli.Tests;

public class AppTests
{
    [Fact]
    public void A_failure_ends_with_its_message_and_its_code() =>
        Assert.Equal((ExitCodes.Usage, "what to do\n"), Report(Failure.Usage("what to do")));

    [Fact]
    public void What_the_environment_does_not_allow_is_code_3() =>
        Assert.Equal((ExitCodes.Environment, "lbtool: port 80 is in use\n"), Report(new WorldException("port 80 is in use")));

    [Fact]
    public void Anything_else_is_a_defect_of_lbtool_and_says_where_when_asked()
    {
        var (code, brief) = Report(new InvalidOperationException("oops"));
        var (_, verbose) = Report(new InvalidOperationException("oops"), verbose: true);

        Assert.Equal(ExitCodes.Internal, code);
        Assert.Equal("lbtool: internal error: oops (--verbose shows where)\n", brief);
        Assert.Contains(nameof(InvalidOperationException), verbose);
    }

    [Fact]
    public void No_exit_code_is_1_and_none_has_two_meanings()
    {
        var codes = ExitCodes.All.Select(row => row.Code).ToArray();

        Assert.Equal(9, codes.Length);
        Assert.DoesNotContain(1, codes);
        Assert.Equal(codes.Distinct(), codes);
    }

    private static (int Code, string Error) Report(Exception exception, bool verbose = false)
    {
        using var signals = new Signals(_ => { });
        using var error = new StringWriter { NewLine = "\n" };
        var terminal = new Terminal(TextWriter.Null, error, Terminal.CreateScreen(TextWriter.Null, true, true), signals);
        return (App.Report(exception, terminal, verbose), error.ToString());
    }
}
