; The set-up for Windows: one person, no administrator. Built by packaging/build.py windows, which names
;   TREE     the folder that is installed: python\, engine\, mynah.ico
;   VERSION  of Mynah
;   OUT      the set-up
;   TARGET   for which processors its own program is made
; /S installs or removes without a question, /D=C:\folder (last, unquoted) chooses the place; for the uninstaller,
; /PURGE also removes what was imported and trained.
Unicode true
Target ${TARGET}
!include "FileFunc.nsh"
!include "LogicLib.nsh"

!define ENTRY "Software\Microsoft\Windows\CurrentVersion\Uninstall\Mynah"

Name "Mynah"
OutFile "${OUT}"
RequestExecutionLevel user
InstallDir "$LOCALAPPDATA\Programs\Mynah"
InstallDirRegKey HKCU "Software\Mynah" "Folder"
SetCompressor zlib ; what is inside is compressed already
Icon "${TREE}\mynah.ico"
UninstallIcon "${TREE}\mynah.ico"
ManifestDPIAware true

Page directory
Page instfiles
UninstPage uninstConfirm
UninstPage instfiles

; Only folders of our own are ever emptied: somebody may have chosen D:\ as the place.
!macro RemoveOwn
  RMDir /r "$INSTDIR\python"
  RMDir /r "$INSTDIR\engine"
  RMDir /r "$INSTDIR\licences"
  Delete "$INSTDIR\mynah.ico"
  Delete "$INSTDIR\LICENSE"
!macroend

Section
  !insertmacro RemoveOwn
  SetOutPath "$INSTDIR"
  File /r "${TREE}\*"
  ; Where an offline kit may lie: beside this set-up.
  FileOpen $0 "$INSTDIR\engine\kit.txt" w
  FileWriteUTF16LE /BOM $0 "$EXEDIR\mynah-engine"
  FileClose $0
  CreateShortcut "$SMPROGRAMS\Mynah.lnk" "$INSTDIR\python\pythonw.exe" "-I -m app" "$INSTDIR\mynah.ico"
  WriteUninstaller "$INSTDIR\uninstall.exe"
  WriteRegStr HKCU "Software\Mynah" "Folder" "$INSTDIR"
  WriteRegStr HKCU "${ENTRY}" "DisplayName" "Mynah"
  WriteRegStr HKCU "${ENTRY}" "DisplayVersion" "${VERSION}"
  WriteRegStr HKCU "${ENTRY}" "DisplayIcon" "$INSTDIR\mynah.ico"
  WriteRegStr HKCU "${ENTRY}" "Publisher" "The Mynah developers"
  WriteRegStr HKCU "${ENTRY}" "UninstallString" '"$INSTDIR\uninstall.exe"'
  WriteRegStr HKCU "${ENTRY}" "QuietUninstallString" '"$INSTDIR\uninstall.exe" /S'
  WriteRegDWORD HKCU "${ENTRY}" "NoModify" 1
  WriteRegDWORD HKCU "${ENTRY}" "NoRepair" 1
  ${GetSize} "$INSTDIR" "/S=0K" $0 $1 $2
  WriteRegDWORD HKCU "${ENTRY}" "EstimatedSize" $0
SectionEnd

Section "Uninstall"
  !insertmacro RemoveOwn
  Delete "$INSTDIR\uninstall.exe"
  RMDir "$INSTDIR" ; only when it is empty
  Delete "$SMPROGRAMS\Mynah.lnk"
  DeleteRegKey HKCU "${ENTRY}"
  DeleteRegKey HKCU "Software\Mynah"
  ${GetParameters} $0
  ClearErrors
  ${GetOptions} $0 "/PURGE" $1
  ${IfNot} ${Errors}
    RMDir /r "$LOCALAPPDATA\Mynah"
  ${Else}
    MessageBox MB_YESNO|MB_ICONQUESTION|MB_DEFBUTTON2 \
      "Also remove what you imported and trained?$\n$\nIt is in $LOCALAPPDATA\Mynah." /SD IDNO IDNO keep
    RMDir /r "$LOCALAPPDATA\Mynah"
    keep:
  ${EndIf}
SectionEnd
