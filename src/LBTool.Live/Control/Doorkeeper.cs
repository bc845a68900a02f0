using System.Net;
using System.Security.Cryptography;
using System.Text;

namespace LBTool.Live.Control;

/// <summary>
/// Who may call the control API: a program of this user, which has read the token from the session file. A page in a
/// browser may not, though it is on this machine: neither across sites, nor by a name that was made to point here.
/// </summary>
/// <param name="token">What the caller must know.</param>
internal sealed class Doorkeeper(string token)
{
    private const string Scheme = "Bearer ";
    private readonly byte[] _token = Encoding.UTF8.GetBytes(token);

    /// <summary>Where the API listens; known once it does.</summary>
    public IPEndPoint? Address { get; set; }

    /// <summary>The answer to who may not come in; null for who may.</summary>
    public ControlAnswer? Refuse(ControlRequest request)
    {
        string[] names = [$"{Address}", $"localhost:{Address?.Port}"];
        return !names.Contains(request.Host, StringComparer.OrdinalIgnoreCase)
                ? ControlAnswer.Error(403, $"the host '{request.Host}' is not allowed; call http://{Address}")
            : request.Origin.Length > 0 && !names.Contains(request.Origin.Replace("http://", "", StringComparison.OrdinalIgnoreCase), StringComparer.OrdinalIgnoreCase)
                ? ControlAnswer.Error(403, $"the origin '{request.Origin}' is not allowed; pages of other sites cannot control a session")
            : !Knows(request.Authorization)
                ? ControlAnswer.Error(401, "the token is missing or wrong; send the session file's as 'Authorization: Bearer TOKEN'")
            : null;
    }

    private bool Knows(string authorization) =>
        authorization.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)
        && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(authorization[Scheme.Length..].Trim()), _token);
}
