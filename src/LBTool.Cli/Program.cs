using LBTool.Cli;

using var signals = new Signals(Environment.Exit).Listen();
return await App.RunAsync(args, Terminal.OfProcess(signals));
