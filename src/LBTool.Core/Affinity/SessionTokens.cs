using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using LBTool.Core.Balancing;
using LBTool.Core.Randomness;

namespace LBTool.Core.Affinity;

/// <summary>
/// The values of a session cookie: a backend's name with its signature (HMAC-SHA256, by a key of the run's seed), so
/// that a client can go back to a backend and not choose one. All balancers of a run accept each other's.
/// </summary>
public sealed class SessionTokens
{
    private const int KeyWords = 4;
    private const int SignatureBytes = 16;

    private readonly byte[] _key;
    private readonly ConcurrentDictionary<Backend, string> _tokens = new();
    private readonly ConcurrentDictionary<string, Backend> _owners = new(StringComparer.Ordinal);

    /// <param name="backends">Those whose tokens are accepted from the start.</param>
    /// <param name="random">Gives the key; derived from the run's seed.</param>
    public SessionTokens(IEnumerable<Backend> backends, RandomStream random)
    {
        var words = new ulong[KeyWords];
        for (var word = 0; word < words.Length; word++)
        {
            words[word] = random.NextUInt64();
        }

        _key = MemoryMarshal.AsBytes(words.AsSpan()).ToArray();
        foreach (var backend in backends)
        {
            TokenOf(backend);
        }
    }

    /// <summary>The token of a backend: ASCII, fit for a cookie.</summary>
    public string TokenOf(Backend backend) => _tokens.GetOrAdd(backend, Sign);

    /// <summary>The backend whose token this is; null for anything else.</summary>
    public Backend? Find(string token) => _owners.GetValueOrDefault(token);

    private string Sign(Backend backend)
    {
        var name = Encoding.UTF8.GetBytes(backend.Name);
        var signature = HMACSHA256.HashData(_key, name).AsSpan(0, SignatureBytes);
        var token = $"{Base64Url.EncodeToString(name)}.{Base64Url.EncodeToString(signature)}";
        _owners[token] = backend;
        return token;
    }
}
