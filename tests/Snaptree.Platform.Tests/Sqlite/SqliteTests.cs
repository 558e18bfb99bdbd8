namespace Snaptree.Platform.Tests.Sqlite;

public sealed class SqliteTests : IDisposable
{
    private readonly TestFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Values_of_every_type_come_back_as_they_were()
    {
        using SqliteDatabase database = Open();
        database.Execute("CREATE TABLE t (a, b, c, d, e, f, g)");
        using (SqliteStatement insert = database.Prepare("INSERT INTO t VALUES (?, ?, ?, ?, ?, ?, ?)"))
        {
            insert.Bind(1, long.MinValue).Bind(2, Math.PI).Bind(3, "ä€😀\0end").Bind(4, new byte[] { 0, 255, 0 })
                .Bind(5, (string?)null).Bind(6, "").Bind(7, Array.Empty<byte>());
            Assert.False(insert.Step());
        }

        using SqliteStatement select = database.Prepare("SELECT *, typeof(f), typeof(g) FROM t");
        Assert.True(select.Step());
        Assert.Equal(long.MinValue, select.GetInt64(0));
        Assert.Equal(Math.PI, select.GetDouble(1));
        Assert.Equal("ä€😀\0end", select.GetString(2));
        Assert.Equal([0, 255, 0], select.GetBlob(3));
        Assert.True(select.IsNull(4));
        Assert.Null(select.GetStringOrNull(4));
        Assert.Equal(("", "text"), (select.GetString(5), select.GetString(7)));
        Assert.Equal("blob", select.GetString(8));
        Assert.Empty(select.GetBlob(6));
        Assert.Throws<InvalidOperationException>(() => select.GetString(4));
        Assert.False(select.Step());
        Assert.Throws<InvalidOperationException>(() => select.GetInt64(0));
    }

    [Fact]
    public void Text_that_is_no_Unicode_is_refused_rather_than_changed()
    {
        using SqliteDatabase database = Open();
        using SqliteStatement select = database.Prepare("SELECT ?");

        Assert.ThrowsAny<ArgumentException>(() => select.Bind(1, "half \uD800 pair"));
    }

    [Fact]
    public void A_hundred_thousand_rows_are_inserted_and_found()
    {
        using SqliteDatabase database = Open();
        database.Execute("PRAGMA journal_mode=WAL; CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT UNIQUE)");
        using (SqliteTransaction transaction = database.Transaction())
        {
            for (int i = 1; i <= 100_000; i++)
            {
                using SqliteStatement insert = database.Prepare("INSERT INTO t (name) VALUES (?)");
                insert.Bind(1, $"snapshot {i}").Step();
                Assert.Equal((i, 1), (database.LastInsertRowId, database.Changes));
            }

            transaction.Commit();
        }

        using SqliteStatement find = database.Prepare("SELECT id FROM t WHERE name = ?");
        for (int i = 1; i <= 100_000; i += 7)
        {
            Assert.True(find.Bind(1, $"snapshot {i}").Step());
            Assert.Equal(i, find.GetInt64(0));
            find.Reset();
        }

        Assert.Empty(database.QuickCheck());
    }

    [Fact]
    public void Write_ahead_logging_lets_a_reader_keep_its_view()
    {
        using SqliteDatabase writer = Open();
        writer.Execute("PRAGMA journal_mode=WAL; CREATE TABLE t (a)");
        Assert.Equal("wal", Scalar(writer, "PRAGMA journal_mode"));
        using SqliteDatabase reader = Open(SqliteOpenMode.ReadOnly);
        using SqliteTransaction view = reader.Transaction(SqliteTransactionKind.Deferred);
        Assert.Equal("0", Scalar(reader, "SELECT count(*) FROM t"));

        writer.Execute("INSERT INTO t VALUES (1)");

        Assert.Equal("0", Scalar(reader, "SELECT count(*) FROM t"));
        view.Commit();
        Assert.Equal("1", Scalar(reader, "SELECT count(*) FROM t"));
        Assert.All(folder.Names, name => Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, FileFacts.Read(folder[name])!.Mode));
    }

    [Fact]
    public void A_transaction_without_commit_leaves_no_trace()
    {
        using SqliteDatabase database = Open();
        database.Execute("CREATE TABLE t (a)");
        using (database.Transaction())
        {
            database.Execute("INSERT INTO t VALUES (1)");
            Assert.True(database.IsInTransaction);
        }

        Assert.False(database.IsInTransaction);
        Assert.Equal("0", Scalar(database, "SELECT count(*) FROM t"));
        using (SqliteTransaction transaction = database.Transaction())
        {
            database.Execute("INSERT INTO t VALUES (1)");
            transaction.Commit();
        }

        Assert.Equal("1", Scalar(database, "SELECT count(*) FROM t"));
    }

    [Fact]
    public void A_transaction_that_the_library_rolled_back_itself_can_be_disposed()
    {
        using SqliteDatabase database = Open();
        database.Execute("CREATE TABLE t (a UNIQUE); INSERT INTO t VALUES (1)");
        using (database.Transaction())
        {
            SqliteException e = Assert.Throws<SqliteException>(() => database.Execute("INSERT OR ROLLBACK INTO t VALUES (1)"));
            Assert.True(e.IsConstraint);
            Assert.False(database.IsInTransaction);
        }

        Assert.Equal("1", Scalar(database, "SELECT count(*) FROM t"));
    }

    [Fact]
    public void A_second_writer_is_told_that_the_database_is_busy()
    {
        using SqliteDatabase first = Open();
        using SqliteDatabase second = Open();
        first.Execute("CREATE TABLE t (a)");
        using (first.Transaction())
        {
            SqliteException e = Assert.Throws<SqliteException>(() => second.Transaction());
            Assert.True(e.IsBusy);
            Assert.Equal((SqliteErrorCode.Busy, "BEGIN IMMEDIATE"), (e.Code, e.Sql));
        }

        second.Transaction().Dispose();
    }

    [Fact]
    public void A_violated_constraint_is_known_by_its_extended_code()
    {
        using SqliteDatabase database = Open();
        database.Execute("CREATE TABLE t (a UNIQUE NOT NULL)");
        using SqliteStatement insert = database.Prepare("INSERT INTO t VALUES (?)");
        insert.Bind(1, 1).Step();
        insert.Reset();

        SqliteException e = Assert.Throws<SqliteException>(() => insert.Bind(1, 1).Step());

        // 2067 is SQLITE_CONSTRAINT_UNIQUE.
        Assert.Equal((true, 2067, "INSERT INTO t VALUES (?)"), (e.IsConstraint, e.ExtendedCode, e.Sql));
        Assert.Contains("UNIQUE constraint failed: t.a", e.Message);
        insert.Reset();
        Assert.False(insert.Bind(1, 2).Step());
    }

    [Fact]
    public void A_file_that_is_no_database_is_told_and_not_touched()
    {
        byte[] content = new byte[8192];
        new Random(1).NextBytes(content);
        File.WriteAllBytes(folder["catalogue.db"], content);
        FileFacts before = FileFacts.Read(folder["catalogue.db"])!;
        using (SqliteDatabase database = Open())
        {
            SqliteException e = Assert.Throws<SqliteException>(() => database.Execute("CREATE TABLE t (a)"));
            Assert.True(e.IsNotADatabase);
        }

        Assert.Equal(before, FileFacts.Read(folder["catalogue.db"]));
        Assert.Equal(content, File.ReadAllBytes(folder["catalogue.db"]));
    }

    [Fact]
    public void A_damaged_database_is_told_and_not_touched()
    {
        using (SqliteDatabase database = Open())
        {
            database.Execute("CREATE TABLE t (a); WITH n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < 20000) INSERT INTO t SELECT 'row ' || i FROM n");
        }

        byte[] content = File.ReadAllBytes(folder["catalogue.db"]);
        content.AsSpan(8192, content.Length - 8192).Fill(0x5A);
        File.WriteAllBytes(folder["catalogue.db"], content);
        using (SqliteDatabase database = Open())
        {
            Assert.True(Assert.Throws<SqliteException>(() => database.Execute("UPDATE t SET a = a || 'x'")).IsCorrupt);
            Assert.NotEmpty(database.QuickCheck());
        }

        Assert.Equal(content, File.ReadAllBytes(folder["catalogue.db"]));
    }

    [Fact]
    public void A_full_database_is_told_as_full()
    {
        using SqliteDatabase database = Open();
        database.Execute("PRAGMA max_page_count=4; CREATE TABLE t (a)");

        SqliteException e = Assert.Throws<SqliteException>(() => database.Execute("INSERT INTO t VALUES (zeroblob(100000))"));

        Assert.True(e.IsFull);
    }

    [Fact]
    public void Opening_what_is_absent_makes_a_file_only_when_asked()
    {
        SqliteException e = Assert.Throws<SqliteException>(() => Open(SqliteOpenMode.ReadWrite));
        Assert.Equal((SqliteErrorCode.CannotOpen, folder["catalogue.db"]), (e.Code, e.DatabasePath));
        Assert.Empty(folder.Names);

        Open().Dispose();

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, FileFacts.Read(folder["catalogue.db"])!.Mode);
    }

    [Fact]
    public void Wrong_SQL_is_quoted_in_the_error()
    {
        using SqliteDatabase database = Open();

        SqliteException e = Assert.Throws<SqliteException>(() => database.Prepare("SELECT nonsense"));

        Assert.Equal((SqliteErrorCode.Error, "SELECT nonsense", "no such column: nonsense"), (e.Code, e.Sql, e.Detail));
        Assert.Throws<ArgumentException>(() => database.Prepare("SELECT 1; SELECT 2"));
        Assert.Throws<ArgumentException>(() => database.Prepare(" "));
        database.Prepare("SELECT 1; ").Dispose();
    }

    [Fact]
    public void The_same_SQL_may_be_in_use_twice_and_disposed_statements_are_dead()
    {
        using SqliteDatabase database = Open();
        SqliteStatement outer = database.Prepare("SELECT 1 UNION SELECT 2");
        Assert.True(outer.Step());
        using (SqliteStatement inner = database.Prepare("SELECT 1 UNION SELECT 2"))
        {
            Assert.True(inner.Step());
            Assert.True(inner.Step());
            Assert.Equal(2, inner.GetInt64(0));
        }

        Assert.Equal(1, outer.GetInt64(0));
        outer.Dispose();
        Assert.Throws<ObjectDisposedException>(() => outer.Step());
        Assert.Throws<ObjectDisposedException>(() => outer.Bind(1, 1));
    }

    [Fact]
    public void A_statement_outliving_its_database_does_no_harm()
    {
        SqliteDatabase database = Open();
        SqliteStatement statement = database.Prepare("SELECT 1");
        database.Dispose();

        Assert.Throws<ObjectDisposedException>(() => statement.Step());
        statement.Dispose();
        Assert.Throws<ObjectDisposedException>(() => database.Execute("SELECT 1"));
    }

    [Fact(Timeout = Limits.Test)]
    public async Task Two_threads_on_one_connection_are_refused()
    {
        using SqliteDatabase database = Open();
        using SqliteDatabase blocker = Open();
        using SqliteTransaction held = blocker.Transaction();
        using SqliteDatabase shared = SqliteDatabase.Open(folder["catalogue.db"], SqliteOpenMode.ReadWrite, Limits.Wait);
        // Waits for the lock inside the library, and so stays in use until the blocker lets go.
        // Until it is inside, one of our probes may refuse it instead.
        Task waiting = Task.Run(() => SpinWait.SpinUntil(() => IsAdmitted(shared, "BEGIN IMMEDIATE"), Limits.Wait), CancellationToken.None);

        Assert.True(SpinWait.SpinUntil(() => !IsAdmitted(shared, "SELECT 1"), Limits.Wait));

        held.Dispose();
        await waiting.WaitAsync(Limits.Wait);
    }

    [Fact]
    public void The_library_tells_its_version() => Assert.StartsWith("3.", SqliteDatabase.LibraryVersion());

    private static bool IsAdmitted(SqliteDatabase database, string sql)
    {
        try
        {
            database.Execute(sql);
            return true;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }

    private static string Scalar(SqliteDatabase database, string sql)
    {
        using SqliteStatement statement = database.Prepare(sql);
        Assert.True(statement.Step());
        return statement.GetString(0);
    }

    private SqliteDatabase Open(SqliteOpenMode mode = SqliteOpenMode.ReadWriteCreate) =>
        SqliteDatabase.Open(folder["catalogue.db"], mode, TimeSpan.Zero);
}
