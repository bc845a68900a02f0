using System.Management.Automation.Runspaces;

// A PowerShell as small as can be, as a process of its own: imports a module, runs a script, and writes what comes out.
// usage: LBTool.PowerShell.Host MODULE SCRIPT
var state = InitialSessionState.CreateDefault2();
state.ImportPSModule([args[0]]);
using var runspace = RunspaceFactory.CreateRunspace(state);
runspace.Open();
using var pipeline = runspace.CreatePipeline(args[1]);
pipeline.InvokeAsync();
pipeline.Input.Close();
while (pipeline.Output.WaitHandle.WaitOne() && !pipeline.Output.EndOfPipeline)
{
    foreach (var written in pipeline.Output.NonBlockingRead())
    {
        Console.WriteLine(written);
    }
}

foreach (var error in pipeline.Error.ReadToEnd())
{
    Console.Error.WriteLine(error);
}

if (pipeline.PipelineStateInfo.Reason is { } reason)
{
    Console.Error.WriteLine(reason.Message);
    return 1;
}

return 0;
