using System.Net;
using LBTool.Core.Runs;

namespace LBTool.Live.Tcp;

/// <summary>Why an address cannot be listened on, and what to do instead.</summary>
internal static class ListenFailure
{
    /// <summary>The error to tell.</summary>
    /// <param name="address">Where it should have listened.</param>
    /// <param name="cause">What the system said.</param>
    /// <param name="isInUse">Whether that is because of somebody else.</param>
    public static WorldException Of(IPEndPoint address, Exception cause, bool isInUse) => new(
        isInUse
            ? $"Cannot listen on {address}: port {address.Port} is in use. "
                + "Choose another port (0 takes a free one), or stop the program that uses it."
            : $"Cannot listen on {address}: {cause.Message}. Choose an address of this machine and a port that you may use.",
        cause);
}
