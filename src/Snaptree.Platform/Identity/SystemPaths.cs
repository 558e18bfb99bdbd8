using System.Collections;

namespace Snaptree.Platform;

/// <summary>Where our files live; every path is absolute.</summary>
/// <param name="StateDirectory">What must outlive a reboot.</param>
/// <param name="RuntimeDirectory">Sockets, pid files and locks.</param>
public sealed record SystemPaths(string StateDirectory, string RuntimeDirectory)
{
    /// <summary>The paths for this process.</summary>
    /// <exception cref="HomeUnknownException">Nothing says where this account keeps its files.</exception>
    public static SystemPaths Current()
    {
        Dictionary<string, string> environment = [];
        foreach (DictionaryEntry variable in Environment.GetEnvironmentVariables())
        {
            environment[(string)variable.Key] = (string?)variable.Value ?? "";
        }

        return Derive(environment, UserIdentity.Current.Uid, Environment.CurrentDirectory);
    }

    /// <summary>
    /// Derives the paths from facts given: <c>SNAPTREE_HOME</c> wins (a relative one counts from the current directory), then the
    /// system's places for root, then the XDG base directories. As the XDG rules ask, empty and relative XDG values do not count.
    /// </summary>
    /// <exception cref="HomeUnknownException">An ordinary account, and none of the variables is set.</exception>
    public static SystemPaths Derive(IReadOnlyDictionary<string, string> environment, uint uid, string currentDirectory)
    {
        ArgumentNullException.ThrowIfNull(environment);
        if (environment.TryGetValue("SNAPTREE_HOME", out string? home) && home.Length > 0)
        {
            string state = Path.TrimEndingDirectorySeparator(Path.GetFullPath(home, currentDirectory));
            return new(state, Path.Combine(state, "run"));
        }

        return uid == 0 ? new("/var/lib/snaptree", "/run/snaptree") : OfAccount(environment);
    }

    private static SystemPaths OfAccount(IReadOnlyDictionary<string, string> environment)
    {
        string stateHome = Absolute(environment, "XDG_STATE_HOME")
            ?? (Absolute(environment, "HOME") is { } home ? Path.Combine(home, ".local", "state") : throw new HomeUnknownException());
        string state = Path.Combine(stateHome, "snaptree");
        return Absolute(environment, "XDG_RUNTIME_DIR") is { } runtime
            ? new(state, Path.Combine(runtime, "snaptree"))
            : new(state, Path.Combine(state, "run"));
    }

    private static string? Absolute(IReadOnlyDictionary<string, string> environment, string name) =>
        environment.TryGetValue(name, out string? value) && value.StartsWith('/') ? value : null;
}

/// <summary>The account has no home folder that we know of.</summary>
public sealed class HomeUnknownException()
    : Exception("cannot tell where to keep state: neither HOME nor XDG_STATE_HOME is an absolute path; set SNAPTREE_HOME to a folder");
