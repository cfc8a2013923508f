# Everything lives beside this file's own state folder; setup.sh copies it there.
my $state = $ENV{state} or die "the environment lacks 'state'\n";
my $port  = $ENV{RT_PORT} || 8401;
my $name  = 'helpdesk.test';

Set($rtname,       $name);
Set($Organization, $name);
Set($Timezone,     'UTC');
Set(@LexiconLanguages, 'en'); # the others cost a second at each start

Set($WebDomain,  '127.0.0.1');
Set($WebPort,    $port);
Set($WebPath,    '');
Set($WebBaseURL, "http://127.0.0.1:$port");
Set($CanonicalizeRedirectURLs, 1);

Set($DatabaseType,     'SQLite');
Set($DatabaseName,     "$state/rtdb");
Set($DatabaseUser,     '');
Set($DatabasePassword, '');

# Mail is kept in a file: nothing may leave this machine.
Set($MailCommand,        'sendmailpipe');
Set($SendmailPath,       "$state/keep-mail");
Set($CorrespondAddress,  "support\@$name");
Set($CommentAddress,     "support-comment\@$name");

Set($LogToSyslog, undef);
Set($LogToSTDERR, 'warning');
Set($LogDir,         "$state/log");
Set($MasonDataDir,   "$state/mason");
Set($MasonSessionDir, "$state/session");
Set($WebSessionClass, 'Apache::Session::File');

# Each request hashes its token: RT's usual cost of 12 would add 0.2 s to every one of them.
Set($BcryptCost, 4);
Set(%FullTextSearch, Enable => 1, Indexed => 0);
1;
